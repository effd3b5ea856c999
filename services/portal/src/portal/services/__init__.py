"""What the portal asks of the four services, with the token of whoever is signed in."""
