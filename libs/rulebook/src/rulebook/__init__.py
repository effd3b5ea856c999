"""What the contract means, in plain Python: no framework, no database, no clock."""
