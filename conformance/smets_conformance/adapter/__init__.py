"""What an adapter author needs: the contract's types, and helpers to serve it. Imports nothing of the judge."""
