"""Signing in with EDS, the person's account, and who asks."""
