"""How pages look: the templates, the words, and what figures and days are written as."""
