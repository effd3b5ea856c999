"""Many requests in one file: CSV or JSON Lines, each row carried out by the operation of its single route."""
