"""`smets faults`: both proofs, that the checks can fail and that they fail nobody wrongly."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

import click
import msgspec

from smets_conformance.cli.declared import (
    declarations_of,
    ixit_option,
    json_option,
    profile_option,
    rig_option,
    said_plainly,
)
from smets_conformance.cli.errors import BenchFailed, Wrong
from smets_conformance.cli.output import emit_json, table
from smets_conformance.digests import proof_digest
from smets_conformance.profile import built_in_profiles
from smets_conformance.proof.keeping import keep_proofs
from smets_conformance.proof.prove import Proof, ProofBroken, prove
from smets_conformance.runner.run import prepare
from smets_spec.catalogue import requirements_root

SOUND = "reference"


@click.command("faults", epilog="Example: smets faults --only 'meter.set-clock.*' -n 2")
@profile_option
@ixit_option
@rig_option
@click.option("--only", default="", metavar="PATTERN", help="Faults, variants, checks or requirements; * for any text.")
@click.option("-n", "workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
@click.option(
    "--keep",
    is_flag=True,
    help="Prove every edition and write what is proven, and what each check needs, beside the suite.",
)
@json_option
def faults(
    profile: str | None, ixit: Path | None, rig: Path | None, only: str, workers: int, keep: bool, as_json: bool
) -> None:
    """Prove the checks both ways: each seeded fault is killed by a check that verifies what it breaks, and no legal variant is
    failed. Exit 1 on a survivor, a variant failed, a fault that breaks more than it lists, or a sound device not passed.
    """
    if keep and (only or profile):
        raise Wrong("--keep proves everything in every edition; leave --only and --profile out")
    names = list(built_in_profiles()) if keep else [profile]
    digest = proof_digest(requirements_root())
    proofs: list[Proof] = []
    with tempfile.TemporaryDirectory(prefix="smets-faults-") as folder, said_plainly():
        out = Path(folder)
        every = [prepare(SOUND, declarations_of(name, ixit, rig)) for name in names]
        try:
            for prepared in every:
                catalogue, options, description = prepared.catalogue, prepared.options, prepared.description
                proof = prove(catalogue, options, description, out, only=only, workers=workers, quiet=as_json)
                proofs.append(proof)
                if not as_json:
                    _tell(proof)
            if keep:
                keep_proofs(proofs, digest, every[-1], out, workers=workers)
        except ProofBroken as error:
            raise BenchFailed(str(error)) from error
    if as_json:
        emit_json(_json(proofs))
    raise SystemExit(0 if all(proof.holds for proof in proofs) else 1)


def _json(proofs: list[Proof]) -> dict[str, object]:
    """Return the counts over all editions: a fault counts once and is killed when it is in every edition it was tried in."""
    everything = {fault.name for proof in proofs for fault in proof.faults}
    survivors = sorted({name for proof in proofs for name in proof.survivors})
    return {
        "editions": [proof.edition for proof in proofs],
        "faults": len(everything),
        "killed": len(everything) - len(survivors),
        "survivors": survivors,
        "variants": len({variant.name for proof in proofs for variant in proof.variants}),
        "falsely_failed": sorted({name for proof in proofs for name in proof.falsely_failed}),
        "strays": [msgspec.to_builtins(stray) for proof in proofs for stray in proof.strays],
        "unsound": {check: why for proof in proofs for check, why in proof.unsound.items()},
        "unclear": {pair: why for proof in proofs for pair, why in proof.unclear.items()},
        "kills": [msgspec.to_builtins(kill) | {"edition": proof.edition} for proof in proofs for kill in proof.kills],
    }


def _tell(proof: Proof) -> None:
    kills: dict[tuple[str, str], list[str]] = defaultdict(list)
    reasons: dict[tuple[str, str], str] = {}
    for kill in proof.kills:
        kills[kill.fault, kill.requirement].append(kill.check)
        reasons.setdefault((kill.fault, kill.requirement), kill.reason)
    rows = [
        (f.name, r, ", ".join(kills[f.name, r]) or "survived", reasons.get((f.name, r), ""))
        for f in proof.faults
        for r in f.breaks
        if (f.name, r) in reasons or r in proof.survivors.get(f.name, ())
    ]
    table(("fault", "requirement", "killed by", "finding"), rows, title=f"{proof.edition}: seeded faults")
    table(
        ("variant", "reading", "outcome"),
        [
            (
                v.name,
                v.interpretation,
                ", ".join(f"falsely failed by {c}" for c in proof.falsely_failed.get(v.name, ())) or "passed",
            )
            for v in proof.variants
        ],
        title=f"{proof.edition}: legal variants",
    )
    _tell_scores(proof)
    for heading, lines in (
        ("breaks more than it lists", [f"{s.fault}: {s.requirement} by {s.check}: {s.reason}" for s in proof.strays]),
        ("not passed on the sound device", [f"{check}: {why}" for check, why in proof.unsound.items()]),
        ("ended in an error", [f"{pair}: {why}" for pair, why in proof.unclear.items()]),
    ):
        if lines:
            click.echo("\n  ".join((f"{heading}:", *lines)))
    killed = len(proof.faults) - len(proof.survivors)
    passed = len(proof.variants) - len(proof.falsely_failed)
    click.echo(
        f"{proof.edition}: {killed} of {len(proof.faults)} faults killed, {passed} of {len(proof.variants)} variants passed"
    )


def _tell_scores(proof: Proof) -> None:
    """Show for each requirement how many of the faults that break it are found."""
    listed: dict[str, int] = defaultdict(int)
    found: dict[str, set[str]] = defaultdict(set)
    missed = {(name, r) for name, requirements in proof.survivors.items() for r in requirements}
    for fault in proof.faults:
        for requirement in fault.breaks:
            listed[requirement] += 1
    for kill in proof.kills:
        found[kill.requirement].add(kill.fault)
    rows = [
        (r, f"{len(found[r])} of {n}") for r, n in sorted(listed.items()) if found[r] or any(m[1] == r for m in missed)
    ]
    table(("requirement", "killed"), rows, title=f"{proof.edition}: score of each requirement")


COMMANDS: dict[str, click.Command] = {"faults": faults}
