"""Errands to the ledger of blank forms that begin with a message."""
