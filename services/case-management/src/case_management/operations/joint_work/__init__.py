"""Two providers on one case."""
