"""An environment that was moved or copied with its folder: its scripts name the old place, and are written anew."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

SCRIPTS = """
import sys
from importlib.metadata import distributions
from pip._vendor.distlib.scripts import ScriptMaker
maker = ScriptMaker(None, sys.argv[1])
maker.clobber, maker.set_mode, maker.variants = True, True, {""}
for distribution in distributions():
    for entry in distribution.entry_points:
        if entry.group in ("console_scripts", "gui_scripts"):
            name = f"{entry.name} = {entry.value.partition('[')[0].strip()}"
            maker.make(name, options={"gui": entry.group == "gui_scripts"})
"""


def made_at(venv: Path) -> str:
    """Where an environment was made, as it says itself; "" where it does not say."""
    try:
        text = (venv / "pyvenv.cfg").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    found = re.search(r"^command = .*? -m venv (?:--\S+ )*(.+)$", text, re.M)
    return found[1].strip() if found else ""


def moved(venv: Path) -> bool:
    """Whether it was made elsewhere; a link to an environment is somebody's wish, and is left alone."""
    return not venv.is_symlink() and made_at(venv) not in ("", str(venv))


def heal(venv: Path, python: Path) -> None:
    """Write anew what names the old place: activate, pyvenv.cfg, and the scripts of the packages. Nothing is downloaded.

    Raises:
        OSError, subprocess.SubprocessError: it cannot be done.
    """
    old = made_at(venv)
    folder = python.parent
    subprocess.run([str(python), "-c", SCRIPTS, str(folder)], check=True, capture_output=True)
    if os.name != "nt":
        for path in folder.iterdir():
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                first, line, rest = content.partition(b"\n")
                if first.startswith(b"#!" + os.fsencode(old) + b"/"):
                    path.write_bytes(first.replace(os.fsencode(old), os.fsencode(str(venv)), 1) + line + rest)
    subprocess.run([str(python), "-m", "venv", "--without-pip", str(venv)], check=True, capture_output=True)
