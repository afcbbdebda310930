"""The proof as it is kept beside the suite, so that every report can show it; it knows for which suite it was made."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from smets_reports.record import FaultRow, VariantRow

KEPT_FILE: Final = Path(__file__).parent / "kills.json"


class Kill(msgspec.Struct, frozen=True, order=True):
    """A seeded fault found by a check, under a requirement that the fault lists, and with what finding."""

    fault: str
    check: str
    requirement: str
    reason: str


class Proven(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Both proofs for one edition. `faults` maps each fault to its description, `lists` to the requirements it says it breaks;
    `variants` are the rows that a report shows."""

    faults: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    kills: tuple[Kill, ...] = ()
    variants: tuple[VariantRow, ...] = ()


class Kept(msgspec.Struct, frozen=True):
    """What was proven, by edition, with the digest of all it rests on (see `smets_conformance.digests.proof_digest`)."""

    digest: str = ""
    editions: dict[str, Proven] = {}

    def faults_of(self, edition: str, requirement: str) -> tuple[FaultRow, ...]:
        """Return the faults that list a requirement, each with the first check that killed it for that requirement."""
        proven = self.editions.get(edition, Proven())
        kills = {kill.fault: kill for kill in reversed(proven.kills) if kill.requirement == requirement}
        rows = []
        for fault, listed in proven.lists.items():
            if requirement in listed:
                kill = kills.get(fault)
                rows.append(
                    FaultRow(
                        fault,
                        proven.faults[fault],
                        kill.check if kill else "",
                        kill.reason if kill else "",
                    )
                )
        return tuple(rows)

    def variants_of(self, edition: str) -> tuple[VariantRow, ...]:
        """Return the legal variants of an edition."""
        return self.editions.get(edition, Proven()).variants

    def notes(self, edition: str, digest: str) -> tuple[str, ...]:
        """Say what a report has to say of the proof: that there is none, or that what it rests on has changed (its `digest`)."""
        if edition not in self.editions:
            return (f"No proof is kept for {edition}: no seeded fault shows that its checks can fail.",)
        if self.digest != digest:
            made = "made with another state of the checks, requirements or faulty devices"
            return (f"The proof by seeded faults shown here was {made}; smets faults --keep makes it anew.",)
        return ()


def load_kept(path: Path = KEPT_FILE) -> Kept:
    """Return the proof that is kept; an empty one where none is.

    Raises:
        ValueError: the file is not a kept proof.
    """
    if not path.is_file():
        return Kept()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path}: not a kept proof: {error}; make it anew with smets faults --keep") from error


def keep(kept: Kept, path: Path = KEPT_FILE) -> None:
    """Write the proof, in canonical order and without anything that changes from run to run."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(kept, order="sorted"), indent=1) + b"\n")
