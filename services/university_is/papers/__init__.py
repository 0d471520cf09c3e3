"""The documents that the university gives out."""
