"""Requests of universities for blank forms, and the Ministry's answers."""
