"""The public service of state grants at a university."""
