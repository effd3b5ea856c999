"""Pages that tell of the service itself, open to everybody: its API, its problems and its events."""
