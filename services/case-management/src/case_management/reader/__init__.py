"""Reads the whole of a document in a process of its own, within bounds, and makes the copy for reading."""
