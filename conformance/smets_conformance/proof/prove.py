"""Both proofs for one edition: every seeded fault is found by the checks of what it breaks, and no legal variant is failed.

All checks of the edition are run on the sound device, on every fault and on every variant, in one session. A fault is killed
when, for each requirement it lists that stands in the edition, some check fails it with a finding against the device that
passes on the sound device. Errors and time-outs kill nothing. What fails beyond what the fault lists is a stray.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from smets_conformance.adapter.contract import Description
from smets_conformance.adapter.proof import Fault, Variant
from smets_conformance.checks import all_checks
from smets_conformance.plan import Plan, make_plan, matches
from smets_conformance.proof.kept import Kill, Proven
from smets_conformance.proof.subjects import FAULT, VARIANT, in_edition, installed_faults, installed_variants
from smets_conformance.runner.evidence import Conclusion
from smets_conformance.runner.job import Entry, Job
from smets_conformance.runner.progress import Reporter
from smets_conformance.runner.session import SessionEnd, run_session
from smets_conformance.runner.suite import BUILD, Options, declared_by
from smets_reports.record import VariantRow
from smets_spec.catalogue import Catalogue

SEED = 0
SOUND = ""


class ProofBroken(Exception):
    """The proof could not be carried out; the message says what stopped it."""


class Stray(msgspec.Struct, frozen=True, order=True):
    """A fault that broke a requirement it does not list."""

    fault: str
    check: str
    requirement: str
    reason: str


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in one edition, whose requirements are `scope`.

    `survivors` maps a fault to those of its requirements under which nothing found it; `unsound` are the checks that do not pass
    on the sound device; `unclear` the runs on a fault or a variant that ended in an error, which kills nothing and passes nothing.
    """

    edition: str
    scope: tuple[str, ...]
    faults: tuple[Fault, ...]
    variants: tuple[Variant, ...]
    kills: tuple[Kill, ...]
    survivors: dict[str, tuple[str, ...]]
    strays: tuple[Stray, ...]
    falsely_failed: dict[str, tuple[str, ...]]
    unsound: dict[str, str]
    unclear: dict[str, str]

    @property
    def holds(self) -> bool:
        """Whether both proofs succeed without reserve."""
        open_ended = any(pair.startswith(VARIANT) for pair in self.unclear)
        return not (self.survivors or self.strays or self.falsely_failed or self.unsound or open_ended)

    def proven(self) -> Proven:
        """Return what of it is kept beside the suite: of several checks that kill a fault under one requirement the first."""
        first = {(kill.fault, kill.requirement): kill for kill in reversed(self.kills)}
        return Proven(
            faults={fault.name: fault.description for fault in self.faults},
            lists={fault.name: tuple(r for r in fault.breaks if r in self.scope) for fault in self.faults},
            kills=tuple(sorted(first.values())),
            variants=tuple(
                VariantRow(v.name, v.description, v.interpretation, self.falsely_failed.get(v.name, ()))
                for v in self.variants
            ),
        )


def prove(
    catalogue: Catalogue,
    options: Options,
    offered: Description,
    out: Path,
    *,
    only: str = "",
    workers: int = 1,
    quiet: bool = False,
) -> Proof:
    """Carry out both proofs for the edition of a profile.

    Args:
        catalogue: the requirements.
        options: the sound device and its declarations.
        offered: what the sound device's adapter offers; faults and variants offer the same.
        out: folder for Hypothesis's home.
        only: a pattern of fault, variant, check or requirement names; empty: all.
        workers: processes.
        quiet: show no progress.

    Raises:
        ProofBroken: the session did not reach its end, or there is nothing to prove.
    """
    edition = options.declarations.edition
    sound = _plan(catalogue, options, "", offered)
    scope = frozenset(r.id for r in sound.requirements if r.standing != "not-applicable")
    faults, variants = _subjects(edition, scope, sound, only)
    if not faults and not variants:
        raise ProofBroken(f"no fault or variant of {edition} matches {only!r}" if only else f"{edition} has no faults")
    entries = [*_entries(sound, SOUND)]
    for fault in faults:
        entries += _entries(sound, FAULT + fault.name)
    for variant in variants:
        subject = VARIANT + variant.name
        entries += _entries(_plan(catalogue, options, subject, offered), subject)
    conclusions = conclude_all(options, entries, out, workers=workers, quiet=quiet)
    return _proof(edition, faults, variants, scope, conclusions)


def _plan(catalogue: Catalogue, options: Options, subject: str, offered: Description) -> Plan:
    declared = declared_by(subject, options.declarations)
    return make_plan(catalogue, all_checks(), declared.edition, declared.ics.features, offered=offered)


def _entries(plan: Plan, subject: str) -> Iterable[Entry]:
    return (Entry(check.id, plan.scope(check), subject) for check in plan.to_run())


def _subjects(
    edition: str, scope: frozenset[str], plan: Plan, only: str
) -> tuple[tuple[Fault, ...], tuple[Variant, ...]]:
    """Return the faults that break something in scope, and the variants that are legal, as far as `only` asks for them."""

    def wanted(name: str, requirements: Iterable[str]) -> bool:
        checks = [c.id for c in plan.checks if set(c.requirements) & set(requirements)]
        return not only or any(matches(only, each) for each in (name, *requirements, *checks))

    faults = tuple(
        fault
        for fault in installed_faults().values()
        if in_edition(fault, edition) and scope & set(fault.breaks) and wanted(fault.name, fault.breaks)
    )
    variants = tuple(
        variant
        for variant in installed_variants().values()
        if in_edition(variant, edition) and wanted(variant.name, (variant.interpretation,))
    )
    return faults, variants


def conclude_all(
    options: Options, entries: Iterable[Entry], out: Path, *, workers: int = 1, quiet: bool = False
) -> dict[tuple[str, str], Conclusion]:
    """Run entries without keeping evidence; return each conclusion by subject and check.

    Raises:
        ProofBroken: not every entry was concluded.
    """
    entries = tuple(entries)
    job = Job(
        suite=BUILD,
        options=msgspec.to_builtins(options),
        entries=entries,
        seed=SEED,
        depth="quick",
        evidence=False,
        shrink=False,
    )
    found: dict[tuple[str, str], Conclusion] = {}

    def take(kind: str, body: bytes) -> None:
        if kind == "verdict":
            conclusion = msgspec.json.decode(body, type=Conclusion)
            found[conclusion.subject, conclusion.check] = conclusion
        reporter.take(kind, body)

    with Reporter(len(entries), quiet=quiet) as reporter:
        end: SessionEnd = run_session(job, take, out, workers=workers)
    if end.unjudged:
        raise ProofBroken(
            f"{len(end.unjudged)} of {len(entries)} runs did not take place: {end.why}\n{end.log[-2000:]}"
        )
    return found


def _proof(
    edition: str,
    faults: tuple[Fault, ...],
    variants: tuple[Variant, ...],
    scope: frozenset[str],
    conclusions: Mapping[tuple[str, str], Conclusion],
) -> Proof:
    sound = {check: c for (subject, check), c in conclusions.items() if subject == SOUND}
    kills, strays, survivors = [], [], {}
    for fault in faults:
        broken = list(_broken(FAULT + fault.name, conclusions, sound))
        kills += [Kill(fault.name, *found) for found in broken if found[1] in fault.breaks]
        listed = {*fault.breaks, *fault.may_also_break}
        strays += [Stray(fault.name, *found) for found in broken if found[1] not in listed]
        missed = tuple(r for r in fault.breaks if r in scope and r not in {found[1] for found in broken})
        if missed:
            survivors[fault.name] = missed
    falsely = {
        variant.name: tuple(sorted(f"{check} ({requirement})" for check, requirement, _ in found))
        for variant in variants
        if (found := list(_broken(VARIANT + variant.name, conclusions, None)))
    }
    return Proof(
        edition=edition,
        scope=tuple(sorted(scope)),
        faults=faults,
        variants=variants,
        kills=tuple(sorted(kills)),
        survivors=survivors,
        strays=tuple(sorted(strays)),
        falsely_failed=falsely,
        unsound={check: f"{c.verdict}: {c.message}" for check, c in sound.items() if c.verdict != "pass"},
        unclear={
            f"{subject} × {check}": c.message
            for (subject, check), c in conclusions.items()
            if subject != SOUND and c.verdict == "error"
        },
    )


def _broken(
    subject: str, conclusions: Mapping[tuple[str, str], Conclusion], sound: Mapping[str, Conclusion] | None
) -> Iterable[tuple[str, str, str]]:
    """Yield (check, requirement, finding) for everything a subject is found to break by checks that pass on the sound device."""
    for (whose, check), conclusion in conclusions.items():
        if whose != subject or conclusion.verdict != "fail" or conclusion.blame != "device":
            continue
        if sound is not None and sound[check].verdict != "pass":
            continue
        for requirement, verdict in conclusion.claims.items():
            if verdict == "fail":
                yield check, requirement, conclusion.findings.get(requirement, conclusion.message)
