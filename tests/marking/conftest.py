"""The attacks run once as whoever runs the tests and, where that is root, once more as an ordinary user."""

import functools
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
    """``stressed(user)``: what the attacks did as that user. The folder is not pytest's own: only its user may enter that one."""
    with tempfile.TemporaryDirectory(prefix="stress") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield functools.cache(lambda user: stressed_as(user, folder / user))


def stressed_as(user: str, own: Path) -> dict:
    """Run stress.py as "root" or as an "ordinary" user, which root has to become first."""
    own.mkdir()
    own.chmod(0o777)
    launcher = [HERE / "ordinary.py"] if user == "ordinary" and os.getuid() == 0 else []
    command = [sys.executable, *launcher, HERE / "stress.py", own]
    done = subprocess.run(list(map(str, command)), stderr=subprocess.PIPE, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return json.loads((own / "stress.json").read_text())
