"""What start.py and authors run; nothing of it is in a wheel."""
