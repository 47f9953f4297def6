"""A course about something else: three functions on texts. It shows that the autograder knows no course of its own."""
