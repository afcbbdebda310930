"""The opening line of the evidence: edition, declarations, plan, requirements and clauses, as they are before anything runs."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import msgspec

from smets_conformance.adapter.contract import Description
from smets_conformance.digests import proof_digest, suite_digest
from smets_conformance.plan import Plan, editions_of_run
from smets_conformance.proof.kept import Kept
from smets_conformance.runner.evidence import FORMAT, Opening
from smets_conformance.verdicts import severity_of
from smets_reports.record import (
    ClauseRow,
    FaultRow,
    InterpretationRow,
    ParagraphRow,
    RequirementResult,
    Source,
    Status,
)
from smets_spec.catalogue import Catalogue, Requirement
from smets_spec.composition import effective_clauses
from smets_spec.editions import edition as edition_of

if TYPE_CHECKING:
    from smets_conformance.profile import Declarations

# What checks and reference both rest on: a mistake in it would not show in any run, so every report names it.
SHARED = ("the dictionary of names", "the composition of clauses", "the adapter contract's types")


def open_run(
    catalogue: Catalogue,
    plan: Plan,
    declarations: Declarations,
    description: Description,
    kept: Kept,
    *,
    run: str,
    started: str,
    seed: int,
    depth: str,
) -> Opening:
    """Return the opening line of a run.

    Args:
        catalogue: the requirements.
        plan: which checks run.
        declarations: what was declared of the device, of its testing and of the rig.
        description: what the adapter offers.
        kept: the proof that is shipped with the suite.
        run: the run's own id.
        started: when it began, ISO 8601.
        seed: drawn for the run.
        depth: `quick`, `certify` or `deep`.
    """
    edition = edition_of(plan.edition)
    return Opening(
        format=FORMAT,
        run=run,
        edition=edition.id,
        document=edition.document,
        stated_version=edition.stated_version or "",
        standing=edition.standing,
        profile=_plain(declarations.ics),
        ixit=_plain(declarations.ixit),
        rig=_plain(declarations.rig),
        adapter=_plain(description),
        suite=suite_of(catalogue),
        started=started,
        seed=seed,
        depth=depth,
        checks=plan.checks,
        requirements=requirement_rows(catalogue, plan, kept),
        clauses=clause_rows(catalogue, plan.edition, declarations.ics.features),
        interpretations=interpretation_rows(catalogue, plan),
        variants=kept.variants_of(plan.edition),
        shared=SHARED,
        notes=kept.notes(plan.edition, proof_digest(catalogue.root)),
    )


def _plain(declared: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(declared)
    return plain


def requirement_rows(catalogue: Catalogue, plan: Plan, kept: Kept) -> tuple[RequirementResult, ...]:
    """Return every requirement of the plan with the status it has while no check has run."""
    looks = {name for each in editions_of_run(plan.edition) for name in catalogue.looks(each)}
    rows = []
    for planned in plan.requirements:
        requirement = catalogue.requirements[planned.id]
        status: Status = "unverified" if planned.standing == "in-force" else planned.standing
        faults = kept.faults_of(plan.edition, planned.id)
        rows.append(
            RequirementResult(
                id=requirement.id,
                section=catalogue.places[requirement.id].section,
                statement=requirement.statement(),
                obligation=requirement.obligation,
                verification=requirement.verification,
                status=status,
                reason=planned.why,
                sources=tuple(_sources(requirement, plan.edition)),
                obligations=_obligations(catalogue, requirement, plan.edition),
                severity=severity_of(requirement.obligation),
                checks=planned.checks,
                interpretations=requirement.interpretation,
                faults=faults,
                annotations=_annotations(requirement, faults),
                evidence=requirement.evidence,
                look=requirement.id in looks,
            )
        )
    return tuple(rows)


def _annotations(requirement: Requirement, faults: Sequence[FaultRow]) -> tuple[str, ...]:
    if requirement.verification == "test" and not any(fault.killed_by for fault in faults):
        return ("no seeded fault shows that its checks can fail",)
    return ()


def _sources(requirement: Requirement, edition: str) -> Iterable[Source]:
    for each in editions_of_run(edition):
        for source in requirement.source_in(each):
            yield Source(source.clause, source.paragraph, source.part or None, source.chain)


def _obligations(catalogue: Catalogue, requirement: Requirement, edition: str) -> int:
    """Count the obligations a requirement restates: one for a source with a part, else all of its paragraph."""
    return sum(
        1 if source.part else _counted(catalogue, each, source.clause, source.paragraph)
        for each in editions_of_run(edition)
        for source in requirement.source_in(each)
    )


def _counted(catalogue: Catalogue, edition: str, clause: str, paragraph: int) -> int:
    """Count a paragraph's obligations: none where it is no more, which makes the requirement suspect."""
    try:
        return catalogue.obligations(edition, clause, paragraph)
    except KeyError:
        return 0


def clause_rows(catalogue: Catalogue, edition: str, features: Mapping[str, bool | int | str]) -> tuple[ClauseRow, ...]:
    """Return every clause in force for the device, in document order, with its paragraphs and who restates them."""
    where: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for requirement in catalogue.in_force(edition):
        for source in requirement.source_in(edition):
            where.setdefault((source.clause, source.paragraph), []).append((source.part, requirement.id))
    why = {(i.clause, i.paragraph): i.why for i in catalogue.informative if edition in i.editions}
    rows = []
    for effective in effective_clauses(edition, features):
        clause = effective.clause
        if effective.standing == "disapplied":
            continue
        number = clause.number or ""
        home = edition if effective.adopted_from is None else f"{clause.device.lower()}@{edition.partition('@')[2]}"
        paragraphs = []
        for paragraph in clause.paragraphs:
            count = _counted(catalogue, home, number, paragraph.n) if number else 0
            restated = where.get((number, paragraph.n), [])
            parts = {part for part, _ in restated}
            paragraphs.append(
                ParagraphRow(
                    n=paragraph.n,
                    role=paragraph.role,
                    obligations=count,
                    label=paragraph.label or "",
                    requirements=tuple(dict.fromkeys(name for _, name in restated)),
                    informative=why.get((number, paragraph.n), ""),
                    covered=count if 0 in parts else min(len(parts), count),
                )
            )
        rows.append(
            ClauseRow(clause.number, clause.heading, clause.level, clause.device, clause.part, tuple(paragraphs))
        )
    return tuple(rows)


def interpretation_rows(catalogue: Catalogue, plan: Plan) -> tuple[InterpretationRow, ...]:
    """Return the readings of ambiguous text on which the plan's requirements rest."""
    used = {name for planned in plan.requirements for name in catalogue.requirements[planned.id].interpretation}
    return tuple(
        InterpretationRow(
            entry.id,
            entry.question or entry.title,
            entry.readings.get(entry.chosen, entry.chosen),
            "; ".join(entry.readings.get(reading, reading) for reading in entry.tolerates),
        )
        for entry in catalogue.interpretations.values()
        if entry.id in used
    )


def suite_of(catalogue: Catalogue) -> dict[str, str]:
    """Return what judged: the suite's version, the digest of everything it consists of, and what it ran on."""
    return {
        "name": "smets-conformance",
        "version": version("smets-conformance"),
        "digest": suite_digest(catalogue.root),
        "python": platform.python_version(),
        "hypothesis": version("hypothesis"),
        "pytest": version("pytest"),
    }
