"""The submit as tutorials would write it, measured beside ours: the same requests, the same rows, nothing shared."""
