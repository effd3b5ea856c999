"""What the feed of events is asked, how it answers in batches, and what becomes of events that were heard."""
