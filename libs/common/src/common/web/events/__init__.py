"""What the feed of events is asked, how it answers in batches, and what events are described by."""
