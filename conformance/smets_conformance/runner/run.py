"""The main job, from what was asked to what is concluded: declarations, adapter, plan, run, reports."""

from __future__ import annotations

import secrets
from pathlib import Path

import msgspec

from smets_conformance.adapter.contract import Description
from smets_conformance.checks import all_checks
from smets_conformance.plan import Plan, PlanError, load_needs, make_plan
from smets_conformance.profile import Declarations
from smets_conformance.profile.crosscheck import check_description
from smets_conformance.proof.kept import load_kept
from smets_conformance.runner.again import Recorded
from smets_conformance.runner.conduct import Conducted, conduct, now
from smets_conformance.runner.describing import describe_adapter
from smets_conformance.runner.job import Entry, Job
from smets_conformance.runner.opening import open_run
from smets_conformance.runner.suite import BUILD, Options
from smets_spec.catalogue import Catalogue, load_catalogue

QUICK_SEED = 0


class Prepared(msgspec.Struct, frozen=True):
    """Everything that is known before a run: what was declared, what the adapter offers, and the plan.

    `notes` say where the adapter and the declarations do not agree.
    """

    catalogue: Catalogue
    options: Options
    description: Description
    plan: Plan
    notes: tuple[str, ...] = ()


def prepare(adapter: str, declarations: Declarations, only: str = "") -> Prepared:
    """Start the adapter once to learn what it offers, and make the plan.

    Raises:
        UnknownAdapter: nothing is called so.
        NotDescribed: the adapter cannot be started.
        PlanError: no plan can be made, or the adapter is not one of the device declared.
        YamlProblem: the requirements cannot be loaded.
    """
    return _planned(adapter, describe_adapter(adapter, declarations.ixit.limits), declarations, only)


def prepare_again(adapter: str, recorded: Recorded, declarations: Declarations, only: str = "") -> Prepared:
    """Make the plan for judging recorded evidence again; `adapter` names it, and it offers what the device's adapter did.

    Raises:
        PlanError: no plan can be made.
        YamlProblem: the requirements cannot be loaded.
    """
    return _planned(adapter, recorded.description, declarations, only)


def _planned(adapter: str, description: Description, declarations: Declarations, only: str) -> Prepared:
    diagnoses = list(check_description(declarations, description))
    if stops := [f"{d.what}; {d.right}" for d in diagnoses if d.level == "stop"]:
        raise PlanError("\n".join(stops))
    catalogue = load_catalogue()
    plan = make_plan(
        catalogue,
        all_checks(),
        declarations.edition,
        declarations.ics.features,
        offered=description,
        needs=load_needs(),
        only=only,
    )
    notes = tuple(f"{d.what[0].upper()}{d.what[1:]}: {d.right}." for d in diagnoses)
    return Prepared(catalogue, Options(adapter, declarations), description, plan, notes)


def seed_for(depth: str, asked: int | None) -> int:
    """Return the seed of a run: what was asked for; else at `quick` always the same, and deeper one drawn by lot."""
    if asked is not None:
        return asked
    return QUICK_SEED if depth == "quick" else secrets.randbelow(2**32)


def run(
    prepared: Prepared,
    out: Path,
    *,
    depth: str = "quick",
    seed: int = QUICK_SEED,
    workers: int = 1,
    quiet: bool = False,
) -> Conducted:
    """Run what was prepared and leave everything in `out`.

    Raises:
        EvidenceError: the evidence cannot be written at all.
    """
    plan = prepared.plan
    opening = open_run(
        prepared.catalogue,
        plan,
        prepared.options.declarations,
        prepared.description,
        load_kept(),
        run=secrets.token_hex(8),
        started=now(),
        seed=seed,
        depth=depth,
    )
    opening = msgspec.structs.replace(opening, notes=(*prepared.notes, *opening.notes))
    job = Job(
        suite=BUILD,
        options=msgspec.to_builtins(prepared.options),
        entries=tuple(Entry(check.id, plan.scope(check)) for check in plan.to_run()),
        seed=seed,
        depth=depth,
    )
    return conduct(opening, job, out, workers=workers, quiet=quiet)
