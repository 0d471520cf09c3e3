"""A case: one request for a duplicate at one university, from the chancellery to the hand-over."""
