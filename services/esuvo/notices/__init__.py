"""Notices to applicants on their way to the gateway; those of duplicates and those of grants go the same way."""
