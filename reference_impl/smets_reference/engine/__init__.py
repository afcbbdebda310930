"""The machinery under every reference device: its sense of time and the order in which things happen."""
