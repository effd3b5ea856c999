"""What is read of the figures."""
