"""Papers that the services print: what each states, in which words, and how it looks."""
