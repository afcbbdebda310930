"""`make prove`: each long proof for at most 90 minutes, going on where it stopped; results in docs/proofs.

Name proofs (`python -m proofs kills fuzz`) to carry out only those; `--minutes N` gives each less time.
"""

from __future__ import annotations

import importlib
import sys

import click

PROOFS = ("kills", "fuzz", "deep", "mutation")


@click.command()
@click.argument("proofs", nargs=-1, type=click.Choice(PROOFS))
@click.option(
    "--minutes", type=click.FloatRange(min=0, max=90), default=90.0, show_default=True, help="For each proof."
)
def main(proofs: tuple[str, ...], minutes: float) -> None:
    """Carry out the long proofs."""
    held = [importlib.import_module(f"proofs.{name}").prove(minutes) for name in proofs or PROOFS]
    sys.exit(0 if all(held) else 1)


if __name__ == "__main__":
    main()
