"""What is announced: its streams, each bound to itself, and the outbox that keeps them."""
