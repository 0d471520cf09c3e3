"""The public service of duplicates at a university: the case, and what it asks of blank forms, register and documents."""
