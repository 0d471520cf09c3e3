"""Made-up people and their applications: one seed gives one file."""
