"""A person in the common database: one record of the competition, however many applications."""
