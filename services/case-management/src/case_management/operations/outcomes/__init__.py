"""What was achieved, and its corrections."""
