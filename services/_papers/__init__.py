"""Documents that people hold in their hands: their registry, and the templates they are made from."""
