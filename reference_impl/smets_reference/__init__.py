"""Devices that satisfy the requirements, their seeded faults and legal variants."""
