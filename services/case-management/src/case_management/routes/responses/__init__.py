"""A case and its parts as they are shown."""
