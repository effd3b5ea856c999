"""How close the hot paths come to what PostgreSQL and Kafka would do without them: `make bench`."""
