"""What answers of this course may call."""

VOWELS = "aeiou"


def is_vowel(letter: str) -> bool:
    """Whether a letter is a vowel."""
    return letter.lower() in VOWELS
