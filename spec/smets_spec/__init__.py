"""What the SMETS documents say: clause index, dictionary, composition, editions, requirements."""
