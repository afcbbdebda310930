"""The proof, both ways: seeded faults are killed, legal variants are not failed."""
