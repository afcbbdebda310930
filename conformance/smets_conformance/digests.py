"""Digests of source: of the whole suite, which every record names; of what the proof rests on, which shows when it is stale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PACKAGES: Final = ("smets_spec", "smets_reports", "smets_conformance")
HASHED: Final = frozenset({".py", ".yaml", ".json", ".j2", ".css", ".js"})
MADE_FROM_THEM: Final = frozenset({"kills.json", "needs.json"})  # proofs, which cannot be part of what they prove
# What decides whether a fault is killed, by package; the requirements and the packages of the faults come on top.
JUDGING: Final = {
    "smets_conformance": (
        "bench", "checks", "adapter", "verdicts.py", "plan.py", "proof/prove.py", "proof/subjects.py",
        "profile/declarations.py", "profile/reading.py", "profile/builtin",
        "runner/conclude.py", "runner/recording.py", "runner/suite.py", "runner/worker.py",
    ),
    "smets_spec": ("rules", "dictionary"),
}  # fmt: skip


@lru_cache(maxsize=1)
def suite_digest(requirements: Path) -> str:
    """Return the digest of everything the suite consists of; `requirements` is where those lie."""
    return digest_of(*map(package_folder, PACKAGES), requirements)


@lru_cache(maxsize=1)
def proof_digest(requirements: Path) -> str:
    """Return the digest of what judges, of the requirements, and of the devices that the proof is made with."""
    judging = [package_folder(package) / part for package, parts in JUDGING.items() for part in parts]
    return digest_of(*judging, requirements, *_devices())


def _devices() -> Iterable[Path]:
    """Return the packages that bring faults and variants, found without importing them."""
    points = [point for group in ("smets.faults", "smets.variants") for point in entry_points(group=group)]
    return [package_folder(name) for name in sorted({point.module.partition(".")[0] for point in points})]


def package_folder(package: str) -> Path:
    """Return where a package lies.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package {package} is not installed")
    return Path(spec.origin).parent


def digest_of(*paths: Path) -> str:
    """Return the SHA-256 over the names and contents of some source files, and of every source file in some folders.

    Raises:
        FileNotFoundError: one of them is not there.
    """
    digest = hashlib.sha256()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path}: what is to be part of a digest is not there")
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.suffix in HASHED and file.name not in MADE_FROM_THEM:
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update(f"{path.name}/{file.relative_to(path).as_posix()} {content}\n".encode())
    return digest.hexdigest()
