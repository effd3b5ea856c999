"""What claims are worth, month by month."""
