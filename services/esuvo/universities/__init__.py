"""Which universities take requests, and what an applicant is told where one does not."""
