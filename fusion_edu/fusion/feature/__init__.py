"""Feature fusion: one layer a file, ``dict`` of (B, D_m) in, one (B, D) out."""
