"""Checks of the gas meter (GSME)."""
