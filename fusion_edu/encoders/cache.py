"""Features that are costly to compute are computed once, and kept under a name made from what they were computed of."""

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from fusion_edu import storage

Part = Tensor | str | int | float | Sequence[str]


def cached(name: str, parts: Sequence[Part], compute: Callable[[], Tensor], *, version: int = 1) -> Tensor:
    """``compute()``, or what it gave when name, parts and version were the same before.

    Args:
        name: of the encoder; begins the file's name.
        parts: all that the result depends on: inputs (tensors, strings), settings, the hash of the weights. Their
            content counts, not their identity; a tensor's device does not.
        compute: called without arguments, gives a tensor.
        version: raise it when the code of ``compute`` gives another result.

    Returns:
        A tensor on the CPU, without a gradient. A file that is damaged (each holds its own SHA-256) is made again; a
        cache that cannot be written costs time at the next call, not the lesson.

    Raises:
        TypeError: a part is of another type.
    """
    path = storage.cache() / "features" / f"{name}-{fingerprint(version, *parts)}.safetensors"
    kept = _read(path)
    if kept is not None:
        return kept
    made = compute().detach().cpu().contiguous()
    with contextlib.suppress(OSError):
        storage.write(path, save({"features": made}, metadata={"sha256": fingerprint(made)}))
    return made


def fingerprint(*parts: Part) -> str:
    """32 hex digits that change with type, shape and content of any part."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Tensor):
            values = part.detach().cpu().contiguous()
            digest.update(f"tensor {values.dtype} {tuple(values.shape)};".encode())
            digest.update(values.flatten().view(torch.uint8).numpy().data if values.numel() else b"")
        elif isinstance(part, str | int | float):
            text = f"{type(part).__name__} {part}".encode()
            digest.update(f"{len(text)};".encode() + text)
        elif isinstance(part, list | tuple) and all(isinstance(text, str) for text in part):
            digest.update(f"{len(part)} strings;".encode() + fingerprint(*part).encode())
        else:
            raise TypeError(f"parts has a {type(part).__name__}, needs tensors, strings, numbers or lists of strings")
    return digest.hexdigest()[:32]


def _read(path: Path) -> Tensor | None:
    """The features of a file, or None where it is missing or not what was written."""
    try:
        with safe_open(path, "pt") as file:
            features, written = file.get_tensor("features"), (file.metadata() or {}).get("sha256")
    except (OSError, SafetensorError, ValueError):
        return None
    return features if fingerprint(features) == written else None
