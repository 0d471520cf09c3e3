"""The serial-numbered ledger of a university's blank forms."""
