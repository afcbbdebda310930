"""Judge a device against SMETS: adapter contract, profile, plan, bench, checks, verdicts, command line."""
