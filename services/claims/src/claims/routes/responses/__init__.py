"""What answers show. No money here but in the models whose names say so."""
