"""Simulated people, as far as services share them: what they draw, how they work, at which second each kind acts."""
