"""Which backend Keras is imported with: what the user chose, else one that is installed."""

import json
import os
from pathlib import Path

from fusion_edu import has


def settle() -> None:
    """Before Keras is imported: where nobody chose a backend that is installed, and PyTorch is, Keras is told to use PyTorch.

    Keras itself asks for TensorFlow and fails where it is missing. It reads the choice from ``KERAS_BACKEND``, or from
    the file keras.json, which it also writes itself; what names a backend that is installed stands. Once Keras is
    imported its backend is settled, and the variable has no effect.
    """
    if "KERAS_BACKEND" not in os.environ and not has(_of_file()) and has("torch"):
        os.environ["KERAS_BACKEND"] = "torch"


def _of_file() -> str:
    """The backend that keras.json names; TensorFlow where it says nothing."""
    home = os.environ.get("KERAS_HOME")
    path = (Path(home) if home else Path("~").expanduser() / ".keras") / "keras.json"
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["backend"])
    except (OSError, ValueError, KeyError, TypeError):
        return "tensorflow"
