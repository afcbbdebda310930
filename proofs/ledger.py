"""Where a proof keeps what it has done: one JSON file a proof, written after every case, so that it resumes where it stopped."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parent.parent
HOME = ROOT / "docs" / "proofs"


def digest(*folders: str, without: tuple[str, ...] = ()) -> str:
    """Return a digest of the Python and YAML files in `folders`: a result counts only for the code it was found with.

    Files and folders called as one of `without` are left out.
    """
    print_of_all = hashlib.sha256()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yaml"} and not set(path.parts) & set(without):
                print_of_all.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return print_of_all.hexdigest()[:16]


def resume(
    name: str,
    subject: str,
    cases: Iterable[str],
    run: Callable[[str], dict[str, Any]],
    *,
    minutes: float,
    home: Path = HOME,
) -> dict[str, Any]:
    """Run each case not yet done for `subject`, for at most `minutes`, and keep every result as it comes.

    Args:
        name: the proof; its file is `<name>.json`.
        subject: the digest of what is being proved; results of another subject are thrown away.
        cases: the names of all cases, in order.
        run: does one case and returns its result.
        minutes: when to stop for this time; the next call goes on.
        home: the folder of the files.

    Returns:
        The whole content of the file: subject, planned, done, results by case.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"{name}.json"
    kept: dict[str, Any] = msgspec.json.decode(path.read_bytes()) if path.exists() else {}
    if kept.get("subject") != subject:
        kept = {"subject": subject, "results": {}}
    wanted = list(cases)
    kept["planned"] = len(wanted)
    kept["results"] = {case: result for case, result in kept["results"].items() if case in set(wanted)}
    deadline = time.monotonic() + minutes * 60
    for position, case in enumerate(wanted, 1):
        if case in kept["results"]:
            continue
        if time.monotonic() > deadline:
            print(
                f"{name}: stopped after {minutes:g} minutes with {position - 1} of {len(wanted)} done; run it again to go on"
            )
            break
        kept["results"][case] = run(case)
        kept["done"] = len(kept["results"])
        partial = path.with_suffix(".partial")
        partial.write_bytes(msgspec.json.format(msgspec.json.encode(kept, order="sorted"), indent=1) + b"\n")
        partial.replace(path)
        _tell(name, position, len(wanted))
    return kept


def _tell(name: str, position: int, of: int) -> None:
    """Show progress: every case on a terminal, every twentieth part elsewhere."""
    if sys.stderr.isatty():
        print(f"\r{name}: {position} of {of}", end="\n" if position == of else "", file=sys.stderr, flush=True)
    elif position % max(1, of // 20) == 0:
        print(f"{name}: {position} of {of}", file=sys.stderr, flush=True)
