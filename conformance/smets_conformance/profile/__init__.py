"""Declarations of an implementation: the ICS, the IXIT and the rig, read, checked, and held against what is observed."""

from smets_conformance.profile.declarations import (
    DeclarationError,
    Declarations,
    Ics,
    Instrument,
    Ixit,
    Latency,
    Limits,
    Resolution,
    Rig,
)
from smets_conformance.profile.reading import built_in_profiles, declare, load_declarations

__all__ = [
    "DeclarationError",
    "Declarations",
    "Ics",
    "Instrument",
    "Ixit",
    "Latency",
    "Limits",
    "Resolution",
    "Rig",
    "built_in_profiles",
    "declare",
    "load_declarations",
]
