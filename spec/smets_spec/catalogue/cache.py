"""The compiled catalogue: kept in the user's cache, keyed by everything that went into it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec

from smets_spec.catalogue.types import Records

LOG = logging.getLogger(__name__)
KEPT = 4
DIGEST_BYTES = 32


def cache_folder() -> Path:
    """Return where compiled catalogues are kept: `SMETS_CACHE`, or the user's cache."""
    if named := os.environ.get("SMETS_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "smets-conformance"


def key_of(root: Path, files: Iterable[Path]) -> str:
    """Return the digest of the files' names and contents, of this package's code, and of what runs it."""
    digest = sha256(f"{sys.version}{msgspec.__version__}".encode())
    here = Path(__file__).parent
    code = [here.parent / "strict_yaml.py", *sorted(here.glob("*.py"))]
    for path in (*code, *files):
        content = path.read_bytes()
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def fetch(key: str) -> Records | None:
    """Return the records kept under `key`; None, with the reason logged, where there are none or they are damaged."""
    path = _path(key)
    try:
        data = path.read_bytes()
    except OSError as error:
        LOG.debug("no compiled catalogue at %s: %s", path, error.strerror)
        return None
    body = data[DIGEST_BYTES:]
    if sha256(body).digest() != data[:DIGEST_BYTES]:
        LOG.debug("the compiled catalogue at %s is damaged and is built again", path)
        return None
    try:
        return msgspec.msgpack.decode(body, type=Records)
    except msgspec.DecodeError as error:
        LOG.debug("the compiled catalogue at %s is built again: %s", path, error)
        return None


def keep(key: str, records: Records) -> None:
    """Keep the records under `key`, and of older ones the newest few; where nothing can be written, say so in the log."""
    path = _path(key)
    body = msgspec.msgpack.encode(records)
    scratch = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_bytes(sha256(body).digest() + body)
        scratch.replace(path)
        for old in sorted(path.parent.glob("catalogue-*.msgpack"), key=lambda each: each.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        LOG.debug("the compiled catalogue is not kept at %s: %s", path, error)


def _path(key: str) -> Path:
    return cache_folder() / f"catalogue-{key[:32]}.msgpack"
