"""`smets run`: plan, run, judge, report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from smets_conformance.cli.declared import declarations_of, folder, json_option, judged_options, said_plainly
from smets_conformance.cli.errors import Wrong
from smets_conformance.cli.output import emit_json, table
from smets_conformance.runner.again import REPLAY, Recorded
from smets_conformance.runner.conduct import EVIDENCE, Conducted
from smets_conformance.runner.run import Prepared, prepare, prepare_again, run, seed_for
from smets_reports.record import CheckResult, Record

SHOWN = 10  # of anything that could be long
STATUSES = (
    "verified",
    "violated",
    "unverified",
    "evidence-wanted",
    "evidence-filed",
    "suspect",
    "not-applicable",
    "uncaptured",
)


@click.command("run", epilog="Example: smets run --profile gsme@4.2 --adapter my_bench:Meter --out out")
@judged_options
@click.option("--depth", type=click.Choice(["quick", "certify", "deep"]), default="quick", show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="At quick always 0 unless given; deeper drawn by lot.")
@click.option(
    "-n", "workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes, a device each."
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True)
@json_option
def run_command(
    profile: str | None,
    ixit: Path | None,
    rig: Path | None,
    adapter: str,
    only: str,
    depth: str,
    seed: int | None,
    workers: int,
    out: Path,
    as_json: bool,
) -> None:
    """Judge a device and report: the main job.

    Writes evidence.jsonl, record.json, report.html, traceability.csv, junit.xml and pytest.html into the folder --out, in place of
    those of an earlier run. Exit 1 when anything was violated, else 3 when the run is void or anything ended in error, else 0.

    --adapter replay:EVIDENCE judges the evidence of an earlier run again, without the device.
    """
    with said_plainly():
        if adapter.startswith(REPLAY):
            prepared, depth, seed = _again(adapter, out, only, (profile, ixit, rig))
        else:
            prepared = prepare(adapter, declarations_of(profile, ixit, rig), only)
        if not prepared.plan.to_run():
            click.echo("the plan holds no check that can run, so the run will be void", err=True)
        done = run(prepared, folder(out), depth=depth, seed=seed_for(depth, seed), workers=workers, quiet=as_json)
    if as_json:
        emit_json(_brief(done))
    else:
        _tell(done)
    raise SystemExit(done.code)


def _again(
    adapter: str, out: Path, only: str, declared: tuple[str | None, Path | None, Path | None]
) -> tuple[Prepared, str, int]:
    """Prepare to judge evidence again: with its own seed and depth, and as declared then, unless declarations are named now."""
    evidence = Path(adapter.removeprefix(REPLAY))
    if (out / EVIDENCE).resolve() == evidence.resolve():
        raise Wrong(f"{evidence} would be overwritten by what comes of it; name another folder with --out")
    recorded = Recorded(evidence)
    declarations = declarations_of(*declared) if any(declared) else recorded.declarations
    return prepare_again(adapter, recorded, declarations, only), recorded.opening.depth, recorded.opening.seed


def _brief(done: Conducted) -> dict[str, object]:
    """What `--json` prints: the summary and where the rest is; the record itself is in record.json."""
    record = done.record
    return {
        "edition": record.edition,
        "complete": record.complete,
        "summary": record.summary,
        "violated": [r.id for r in record.requirements if r.status == "violated"],
        "trouble": done.trouble,
        "notes": record.notes,
        "files": [str(path) for path in done.files],
        "exit_code": done.code,
    }


def _tell(done: Conducted) -> None:
    record = done.record
    click.echo(
        f"{record.edition} ({record.standing}) on {record.adapter['name']} {record.adapter['version']}, seed {record.seed}"
    )
    by_status = record.summary.by_status
    requirements = {status: sum(r.status == status for r in record.requirements) for status in STATUSES}
    table(
        ("status", "obligations", "requirements"),
        [(s, by_status.get(s, 0), requirements[s]) for s in STATUSES if by_status.get(s) or requirements[s]],
    )
    verdicts = record.summary.by_check_verdict
    click.echo(f"checks: {', '.join(f'{n} {verdict}' for verdict, n in sorted(verdicts.items())) or 'none'}")
    for heading, lines in (("violated", _violations(record)), ("errors", _errors(record.checks))):
        found = list(lines)
        if found:
            click.echo(f"{heading}:")
        for line in found[:SHOWN]:
            click.echo(f"  {line}")
        if len(found) > SHOWN:
            click.echo(f"  and {len(found) - SHOWN} more, see the report")
    if done.trouble:
        click.echo(f"trouble: {done.trouble}")
    click.echo(f"written: {', '.join(str(path) for path in done.files)}")
    click.echo(record.summary.line)


def _violations(record: Record) -> Iterator[str]:
    for requirement in record.requirements:
        if requirement.status == "violated":
            clause = requirement.sources[0].clause if requirement.sources else "?"
            yield f"{requirement.id} ({clause}): {requirement.reason}"


def _errors(checks: tuple[CheckResult, ...]) -> Iterator[str]:
    """Return the checks that ended in an error, those left out by a run broken off excepted: they are counted elsewhere."""
    wrong = (check for check in checks if check.verdict == "error" and check.reason != "not-judged")
    return (f"{check.id} ({check.blame}): {check.message}" for check in wrong)


COMMANDS: dict[str, click.Command] = {"run": run_command}
