"""Shape checks whose errors name the argument, what it has and what it needs."""

from torch import Tensor

__all__ = ["expect"]


def expect(**tensors: tuple[Tensor, str]) -> dict[str, int]:
    """Bind the symbols of each tensor's shape, and check that they agree.

    Args:
        tensors: name=(tensor, "B D"). A symbol stands for one axis and has one size
            throughout the call; a number is that size; a leading "..." any further axes.

    Returns:
        The size of every symbol, e.g. ``{"B": 6, "D": 4}``.

    Raises:
        TypeError: an argument is not a tensor.
        ValueError: a shape does not fit, e.g. "b has shape (6, 5), needs (B=6, D=4)".
    """
    sizes: dict[str, int] = {}
    for name, (tensor, pattern) in tensors.items():
        if not isinstance(tensor, Tensor):
            raise TypeError(
                f"{name} is a {type(tensor).__name__}, needs a torch tensor of shape ({pattern.replace(' ', ', ')})"
            )
        symbols, axes = pattern.split(), tuple(tensor.shape)
        if symbols[:1] == ["..."]:
            symbols, axes = symbols[1:], axes[max(len(axes) - len(symbols) + 1, 0) :]
        known = dict(sizes)
        fits = len(axes) == len(symbols) and all(
            size == (int(symbol) if symbol.isdigit() else known.setdefault(symbol, size))
            for symbol, size in zip(symbols, axes, strict=True)
        )
        if not fits:
            raise ValueError(f"{name} has shape {tuple(tensor.shape)}, needs ({_needed(pattern.split(), sizes)})")
        sizes = known
    return sizes


def _needed(symbols: list[str], sizes: dict[str, int]) -> str:
    return ", ".join(f"{s}={sizes[s]}" if s in sizes else s for s in symbols)
