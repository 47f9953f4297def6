"""A share of what is many: "3/8" is the fourth of eight."""


def share(text: str) -> tuple[int, int]:
    """K and N of "K/N", K from 0.

    Raises:
        ValueError: there is no such share.
    """
    k, _, n = text.partition("/")
    if not (k.isdecimal() and n.isdecimal() and int(k) < int(n)):
        raise ValueError(f"share is {text!r}, needs K/N with K from 0 to N - 1, as 3/8")
    return int(k), int(n)
