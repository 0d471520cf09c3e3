"""The command `egov`."""
