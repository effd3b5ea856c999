"""What a sandbox lets integrators do, and no real programme."""
