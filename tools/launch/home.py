"""A home that cannot be written: what programs keep there goes into the folder of the course, or nowhere."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR", "KERAS_HOME")
OURS = ("FUSION_EDU_HOME", "FUSION_EDU_CACHE")  # progress; downloads


def writable(folder: Path) -> bool:
    """Whether files can be made in a folder that is there."""
    try:
        with tempfile.TemporaryFile(dir=str(folder)):
            return True
    except OSError:
        return False


def settings(root: Path) -> dict[str, str]:
    """Variables for programs that would write to the home: none where it can be written, or nothing else can be either.

    What the user has set stands.
    """
    if writable(Path(os.path.expanduser("~"))) or not writable(root):
        return {}
    return {name: str(root / ".home" / name.lower()) for name in (*FOLDERS, *OURS) if not os.environ.get(name)}
