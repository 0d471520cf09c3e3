"""A lost document of education, and the cases that claim it."""
