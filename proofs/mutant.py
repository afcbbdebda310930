"""Run `smets` with one module of the reference replaced by a mutant: `python -m proofs.mutant MODULE:INDEX run …`."""

from __future__ import annotations

import sys

from proofs.mutants import install
from smets_conformance.cli import main

if __name__ == "__main__":
    install(sys.argv.pop(1))
    main()
