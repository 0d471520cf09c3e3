"""`egov demo`: from nothing to a report, and nothing is left behind."""
