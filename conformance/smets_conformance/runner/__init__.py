"""Running planned checks against a system under test, and the evidence they leave."""
