"""The run record, and everything drawn from it."""
