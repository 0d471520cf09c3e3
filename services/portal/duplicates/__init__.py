"""Applications for a duplicate."""
