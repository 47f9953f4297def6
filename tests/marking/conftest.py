"""The attacks run once as whoever runs the tests and, where that is root, once as an ordinary user, side by side."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from fusion_edu.autograder.sandbox.host import Host, NoSandbox  # noqa: E402
from fusion_edu.tasks import COURSE  # noqa: E402


def confinement() -> str:
    """Why submissions cannot be confined here, or nothing."""
    try:
        Host(COURSE, "namespaces").close()
    except NoSandbox as error:
        return f"{error}"
    return ""


@pytest.fixture(scope="session")
def confined() -> None:
    """Skip where the machine offers no namespaces."""
    if not sys.platform.startswith("linux"):
        pytest.skip("submissions are confined on Linux only")
    if why := confinement():
        pytest.skip(f"submissions cannot be confined here: {why}")


@pytest.fixture(scope="session")
def stressed(confined):
    """By user, what the attacks did. The folder is not pytest's own: that one lies where only its user may enter."""
    root = os.getuid() == 0
    users = {"root": [], "ordinary": [HERE / "ordinary.py"]} if root else {"ordinary": []}
    with tempfile.TemporaryDirectory(prefix="stress") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield stressed_as(users, folder)


def stressed_as(users: dict[str, list[Path]], folder: Path) -> dict[str, dict]:
    """Run stress.py once as each user, side by side."""
    running = {}
    for user, launcher in users.items():
        own = folder / user
        own.mkdir()
        own.chmod(0o777)
        command = [sys.executable, *launcher, HERE / "stress.py", own]
        running[user] = subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True)
    told = {}
    for user, process in running.items():
        said = process.communicate(timeout=600)[1]
        assert process.returncode == 0, said
        told[user] = json.loads((folder / user / "stress.json").read_text())
    return told
