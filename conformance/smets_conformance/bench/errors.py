"""The error of a check that uses the bench wrongly."""

from __future__ import annotations


class SuiteError(Exception):
    """A check uses the bench wrongly: a name nobody knows, a claim outside `claims`. Never the device's doing."""
