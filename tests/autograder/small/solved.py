"""The answers themselves: a part of the library that no answer may call."""


def initials(name: str) -> str:
    """First letters, large."""
    return "".join(word[0].upper() for word in name.split())
