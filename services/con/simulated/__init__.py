"""The operator, the courier and the applicants, where nobody plays them by hand."""
