"""Checks of what every meter, gas or electricity, does alike."""
