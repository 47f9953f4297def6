"""Deep heterogeneous data fusion: the library behind the course."""

import os
from importlib.util import find_spec

# Keras decides its backend at import, and asks for TensorFlow where nothing is said.
os.environ.setdefault("KERAS_BACKEND", "torch")

__version__ = "0.1.0"


def has(package: str) -> bool:
    """Whether an optional package can be imported here; ``package`` is its import name."""
    return find_spec(package) is not None
