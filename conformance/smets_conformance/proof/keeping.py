"""Keeping the proof beside the suite, and with it what each check cannot do without."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from smets_conformance.digests import proof_digest
from smets_conformance.plan import NEEDS_FILE, Needs
from smets_conformance.proof.kept import Kept, keep
from smets_conformance.proof.prove import SOUND, Proof, ProofBroken, conclude_all
from smets_conformance.proof.subjects import WITHOUT
from smets_conformance.runner.job import Entry
from smets_conformance.runner.run import Prepared


def keep_proofs(proofs: Sequence[Proof], digest: str, prepared: Prepared, out: Path, *, workers: int) -> None:
    """Write `kills.json`, and `needs.json` as found on the reference in the edition that was prepared last.

    Raises:
        ProofBroken: what the proofs rest on is no longer what it was, by its `digest`, when they began.
    """
    needs = find_needs(prepared, out, workers=workers)
    proof_digest.cache_clear()
    if proof_digest(prepared.catalogue.root) != digest:
        raise ProofBroken(
            "checks, requirements or faulty devices were changed while they were proved; nothing was kept"
        )
    keep(Kept(digest, {proof.edition: proof.proven() for proof in proofs}))
    NEEDS_FILE.write_bytes(msgspec.json.format(msgspec.json.encode(needs, order="sorted"), indent=1) + b"\n")


def find_needs(prepared: Prepared, out: Path, *, workers: int) -> dict[str, Needs]:
    """Return what each check cannot do without: of everything it used, that without which it does not pass any more.

    Every check is run on the reference, and once more for each act and look it used with the reference denying that one.
    """
    plan = prepared.plan
    entries = {check.id: Entry(check.id, plan.scope(check)) for check in plan.to_run()}
    whole = conclude_all(prepared.options, entries.values(), out, workers=workers)
    tries = [
        msgspec.structs.replace(entries[check], subject=WITHOUT + used)
        for (subject, check), conclusion in whole.items()
        if subject == SOUND and conclusion.verdict == "pass"
        for used in conclusion.used
    ]
    tries.sort(key=lambda entry: entry.subject)
    poorer = conclude_all(prepared.options, tries, out, workers=workers)
    needs: dict[str, list[str]] = {check: [] for check in entries}
    for (subject, check), conclusion in sorted(poorer.items()):
        if conclusion.verdict != "pass":
            needs[check].append(subject.removeprefix(WITHOUT))
    versions = {check.id: check.procedure_version for check in plan.checks}
    return {check: Needs(versions[check], tuple(found)) for check, found in needs.items()}
