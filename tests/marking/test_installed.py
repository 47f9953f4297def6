"""Where the course is installed, and not a checkout: its answers are hidden under every name that they have."""

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import fusion_edu

LOOK = """
import glob, json, os, sys
places = {sys.prefix, os.path.realpath(sys.prefix), os.path.dirname(os.path.realpath(sys.prefix)) + "/linked"}
assert all(map(os.path.isdir, places)), places
found = [glob.glob(f"{place}/lib*/python*/site-packages/fusion_edu/tasks/lesson04.py") for place in places]
raise ValueError(json.dumps(sum(found, [])))
"""
RUN = """
import json
from fusion_edu.autograder.sandbox import response
from fusion_edu.autograder.sandbox.host import Host
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.tasks import COURSE
import fusion_edu
host = Host(COURSE, "namespaces")
sandbox = host.sandbox([], Limits(task=60))
said = sandbox.careful([{"number": 1, "source": %r, "snapshot": False, "asked": []}])
sandbox.close()
host.close()
print(json.dumps([fusion_edu.__file__, response.read(said)[1][1]]))
"""


def test_a_link_of_the_environment_shows_no_answer(confined, tmp_path):
    """``python -m venv`` makes lib64 a link to lib; here another one, as of a home that is a link, leads to all of it."""
    tmp_path.chmod(0o755)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "there"], check=True)
    linked = tmp_path / "linked"
    linked.symlink_to(tmp_path / "there")
    site = next((tmp_path / "there").glob("lib/python*/site-packages"))
    shutil.copytree(Path(fusion_edu.__file__).parent, site / "fusion_edu")
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))
    assert (tmp_path / "there/lib64").is_symlink()
    done = subprocess.run(
        [linked / "bin/python", "-I", "-c", RUN % LOOK], capture_output=True, text=True, cwd="/", check=False
    )
    assert done.returncode == 0, done.stderr
    own, found = json.loads(done.stdout)
    assert "site-packages/fusion_edu" in own
    assert found.endswith("[]"), found
