"""The kernel and JupyterLab of an environment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tools.launch import Problem
from tools.launch.pip import last_line

# What every notebook and test runs with: results depend on the thread count, and no hub is asked for anything.
KERNEL = {"KERAS_BACKEND": "torch", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


def register_kernel(venv: Path, python: Path) -> None:
    """Give the notebooks' kernel this Python and these settings, and switch JupyterLab's news pop-up off."""
    settings = [word for name, value in KERNEL.items() for word in ("--env", name, value)]
    done = subprocess.run(
        [str(python), "-m", "ipykernel", "install", "--sys-prefix", "--name", "python3", *settings],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Problem(
            f"the kernel could not be registered ({last_line(done.stderr)}): delete {venv.name} and run this command again"
        )
    settle_lab(venv)


def settle_lab(venv: Path) -> None:
    """Switch JupyterLab's news pop-up off, and let it save widgets with a notebook, so that they are there the next day."""
    settings = {
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    }
    overrides = venv / "share/jupyter/lab/settings/overrides.json"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps(settings) + "\n", encoding="utf-8")
