"""Data of the course: real data sets, one a file, and controlled generators whose truth is known.

Names are loaded at first use, so that ``python -m fusion_edu.data.fetch`` starts without torch.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Samples": "samples",
    "sample_pairs": "pairing",
    "split": "splits",
    "split_groups": "splits",
    "Standardiser": "scaling",
    "emoji": "pictures",
    "emoji_characters": "pictures",
    "emoji_names": "pictures",
    "has_openmoji": "third_style",
    "openmoji": "third_style",
    "digits": "digit_pairs",
    "mfeat": "views",
    "ratings": "rated",
    "speak": "speech",
    "spoken_ratings": "spoken",
    "irony": "spoken",
    "smartwatch": "watch",
    "gauss_pair": "gaussians",
    "loud_pair": "gaussians",
    "blobs": "gaussians",
    "mini_language": "ambiguous",
    "line": "lines",
    "noisy_sensors": "lines",
    "Event": "events",
    "Stream": "events",
    "event": "events",
    "relations": "two_things",
    "scenes": "drawn",
    "clips": "bouncing",
    "boxing": "atari",
    "HOW_TO_GET_BOXING": "atari",
}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
