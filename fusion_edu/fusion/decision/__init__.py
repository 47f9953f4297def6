"""Decision fusion: ``dict`` of votes (B,) or scores (B, C) in, one decision out. A Module only where it learns."""
