"""The environments that only authors need, beside .venv: each is made by the parts of start.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import start  # noqa: E402

LEARNER = start.ROOT / ".venv-learner"  # what a learner has and nothing else: notebooks are built and tested in it
BACKENDS = start.ROOT / ".venv-backends"  # in which Keras runs on TensorFlow and JAX
LIBRARY = start.ROOT / ".venv-library"  # fusion_edu with its few needs and nothing else
SITE = start.ROOT / ".venv-site"  # Sphinx, which makes the site, and what tests the site


def learner(offline: bool) -> None:
    """Make LEARNER, so that no notebook leans on an author's packages."""
    title = "Installing what a learner has, beside it (once, for the tests)"
    source = start.torch_source()
    start.bring(LEARNER, ["base"], offline, lambda _: start.install_base(LEARNER, title, source))


def backends(offline: bool) -> None:
    """Make BACKENDS: the same losses must give the same numbers there."""
    if line := start.machine.without_tensorflow(start.machine.facts()):
        print(line, flush=True)
    _from_list(BACKENDS, "backends", offline, "Installing Keras's other backends (once, for the tests)")


def library(offline: bool) -> None:
    """Make LIBRARY, as `pip install fusion_edu` would; where no index is reachable, its one test is skipped."""

    def install(_: bool) -> None:
        start.install_torch(LIBRARY, start.torch_source())
        title = "Installing the library alone, beside it (once, for the tests)"
        start.pip(LIBRARY, "install", "-e", ".", "-c", "constraints.txt", title=title)

    try:
        start.bring(LIBRARY, ["library"], offline, install)
    except start.Problem as problem:
        print(f"The library alone is not tried in an environment of its own: {problem}.", flush=True)


def site(offline: bool) -> None:
    """Make SITE; the library that it documents is in .venv."""
    _from_list(SITE, "site", offline, "Installing what makes the site (once)")


def _from_list(venv: Path, level: str, offline: bool, title: str) -> None:
    names, versions = start.PINS[level]
    words = ("install", "-r", names, "-c", versions)
    start.bring(venv, [level], offline, lambda _: start.pip(venv, *words, title=title))


def run(*command: str, cwd: Path = start.ROOT, **extra: str) -> int:
    """Run a Python command line in .venv, told which of the others are there; its exit status."""
    others = {"FUSION_EDU_BACKENDS_PYTHON": (BACKENDS, "backends"), "FUSION_EDU_LIBRARY_PYTHON": (LIBRARY, "library")}
    there = {
        name: str(start.python_of(venv))
        for name, (venv, level) in others.items()
        if (venv / f".ready-{level}").is_file()
    }
    return start.run(*command, cwd=cwd, **{**there, **extra})
