"""The chain of `egov up`: a process that holds it, and what the command line does with it."""
