"""Applications for a grant."""
