"""`python -m smets_conformance` is `smets`."""

from smets_conformance.cli import main

main()
