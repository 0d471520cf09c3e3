"""What is generated from the contracts and committed beside them: schemas, the AsyncAPI document, a page per topic."""
