"""Seeded faults: small, realistic mistakes, each in one part of an otherwise sound gas meter, each naming what it breaks."""

from __future__ import annotations

from smets_reference.faults import clock as clock
from smets_reference.faults import hub_link as hub_link
from smets_reference.faults import logs as logs
from smets_reference.faults import set_clock as set_clock
from smets_reference.faults import storage as storage
from smets_reference.faults.making import FAULTS

__all__ = ["FAULTS"]
