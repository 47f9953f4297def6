"""A share of what is many: "3/8" is the fourth of eight."""


def share(text: str) -> tuple[int, int]:
    """K and N of "K/N", K from 0.

    Raises:
        ValueError: there is no such share.
    """
    k, n = map(int, text.split("/"))
    if not 0 <= k < n:
        raise ValueError(f"of {n} shares there is no {k}: 0 to {n - 1} are possible")
    return k, n
