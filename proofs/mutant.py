"""The reference with one module replaced by the mutant that `SMETS_MUTANT` names, as an adapter."""

from __future__ import annotations

import os
import sys

from proofs.mutants import install

if early := [name for name in sys.modules if name.startswith("smets_reference.")]:
    raise ImportError(f"{early[0]} is imported already; a mutant can no longer take its place")
install(os.environ["SMETS_MUTANT"])

from smets_reference.adapter import ReferenceMeter  # noqa: E402 - only now, when the mutant stands in its module's place

__all__ = ["ReferenceMeter"]
