"""What to do where a modality is missing: train for it, put a learned token in its place, or predict it from the others."""
