"""A case from its allocation on, its phases, and who sees it."""
