"""Applicants and those at the counters: they come to a running chain as people would."""
