"""Our speed beside the peers', measured in one run: ratios are what counts."""
