"""What is to be run, in a form that reaches another process: the job, its entries, and the suite they are run with."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from smets_conformance.adapter.contract import SystemUnderTest
from smets_conformance.verdicts import Recorder
from smets_reports.record import Item


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One check to run on one subject: empty for the adapter of the run, else a fault or variant by name.

    `requirements` are those it verifies that are in force and apply: what it may claim.
    """

    check: str
    requirements: tuple[str, ...]
    subject: str = ""


class Job(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Everything a child process needs. `suite` names, as `module:function`, what makes the `Suite` from the job and its `options`.

    `evidence`: whether steps and exchanges are wanted, or conclusions alone. `shrink`: whether Hypothesis shrinks what it finds.
    """

    suite: str
    options: dict[str, Any]
    entries: tuple[Entry, ...]
    seed: int
    depth: str
    evidence: bool = True
    shrink: bool = True


class Suite(NamedTuple):
    """What the runner knows of the suite and the subjects it judges."""

    checks: Mapping[str, Callable[[Any], None]]
    open: Callable[[Entry], SystemUnderTest]
    bench: Callable[[Entry, SystemUnderTest, Recorder, int], Any]
    identify: Callable[[SystemUnderTest], Item | None]
    per_check: bool = False


def build_suite(job: Job) -> Suite:
    """Call the function that `job.suite` names."""
    module, _, function = job.suite.partition(":")
    suite: Suite = getattr(importlib.import_module(module), function)(job)
    return suite


def write_job(job: Job, path: Path) -> None:
    """Write a job for a child process to read."""
    path.write_bytes(msgspec.json.encode(job))


def read_job(path: Path) -> Job:
    """Read a job that `write_job` wrote."""
    return msgspec.json.decode(path.read_bytes(), type=Job)
