"""The long proofs: kills, fuzzing, deep runs, mutation. Resumable; what they found is committed in docs/proofs."""
