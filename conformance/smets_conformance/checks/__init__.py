"""The checks: test procedures, one file a section, found by where they stand (see docs/writing-checks.md).

A check is a function `check_<name>(bench)` in `checks/<folder>/check_<section>.py`; its id is `<folder>.<section>.<name>`. Its
docstring is the sentence that a report prints.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

from smets_conformance.verdicts import Finding, Inconclusive, NotTestable

if TYPE_CHECKING:
    from smets_conformance.bench import Bench

PREFIX: Final = "check_"
Procedure: TypeAlias = "Callable[[Bench], None]"


class Check(Protocol):
    """A test procedure that says which requirements it verifies."""

    __verifies__: tuple[str, ...]
    __name__: str
    __module__: str
    __doc__: str | None

    def __call__(self, bench: Bench) -> None:
        """Carry the procedure out on the device behind `bench`."""
        ...


def verifies(*requirements: str) -> Callable[[Procedure], Check]:
    """Name the requirements that a check verifies, and have it end with everything it found.

    Raises:
        ValueError: no requirement is named, or one is named twice.
    """
    if not requirements or len(set(requirements)) != len(requirements):
        raise ValueError(f"a check verifies at least one requirement and each once; given {requirements}")

    def mark(procedure: Procedure) -> Check:
        @functools.wraps(procedure)
        def check(bench: Bench) -> None:
            try:
                procedure(bench)
            except (Finding, Inconclusive, NotTestable):
                bench.conclude()
                raise
            bench.conclude()

        marked = cast("Check", check)
        marked.__verifies__ = requirements
        return marked

    return mark


@lru_cache(maxsize=1)
def all_checks() -> dict[str, Check]:
    """Return every check by its id, in the order of folder, file and place in the file.

    Raises:
        ValueError: a `check_` function does not name its requirements, or has no docstring.
    """
    found: dict[str, Check] = {}
    for folder in _modules(__name__, packages=True):
        for section in _modules(folder, packages=False):
            if section.rpartition(".")[2].startswith(PREFIX):
                found.update(_checks_of(section))
    return found


def _modules(package: str, *, packages: bool) -> list[str]:
    path = importlib.import_module(package).__path__
    return sorted(f"{package}.{module.name}" for module in pkgutil.iter_modules(path) if module.ispkg is packages)


def _checks_of(module_name: str) -> dict[str, Check]:
    """Return the checks of one file, in the order they are written."""
    module = importlib.import_module(module_name)
    folder, file = module_name.split(".")[-2:]
    found: dict[str, Check] = {}
    for name, value in vars(module).items():
        if not name.startswith(PREFIX) or not inspect.isfunction(value) or value.__module__ != module_name:
            continue
        if not getattr(value, "__verifies__", None) or not (value.__doc__ or "").strip():
            raise ValueError(f"{module_name}.{name}: a check needs @verifies(...) and a docstring")
        found[f"{folder}.{file.removeprefix(PREFIX)}.{name.removeprefix(PREFIX)}"] = cast("Check", value)
    return found
