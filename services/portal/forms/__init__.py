"""What every signed form says of itself, and what of it a person has signed and has open."""
