"""How much a document may take to be read."""

CPU_SECONDS = 20
WALL_SECONDS = 30
MEMORY_BYTES = 1024 * 1024 * 1024
MOST_COPY_BYTES = 64 * 1024 * 1024
READY = b"r"
"""What the process says once it can read."""
