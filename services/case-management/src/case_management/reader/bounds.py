"""How much a document may take to be read."""

CPU_SECONDS = 20
WALL_SECONDS = 30
MEMORY_BYTES = 1024 * 1024 * 1024
MOST_COPY_BYTES = 64 * 1024 * 1024
MOST_UNPACKED_BYTES = 64 * 1024 * 1024
"""All the parts of a package, or of a PDF without its pictures, once they are unpacked."""
READY = b"r"
"""What the process says once it can read."""
