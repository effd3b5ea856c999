"""The rules an outcome is judged by, one module per kind. Each is a sentence; each answers nothing or a refusal."""
