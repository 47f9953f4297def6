"""What lies here for GitHub, Binder, VS Code and for whoever cites: it names things that are there."""

import json
import re
import sys
from pathlib import Path

import pytest
import yaml

import fusion_edu
from fusion_edu.syllabus import TRACKS

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import start  # noqa: E402
from tools.launch.kernel import KERNEL  # noqa: E402

WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_a_workflow_runs_commands_and_pythons_that_there_are(path):
    flow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert flow["permissions"]["contents"] == "read"
    for job in flow["jobs"].values():
        ran = [step["run"] for step in job["steps"] if "run" in step]
        commands = re.findall(r"start\.py (\w+)", "\n".join(ran))
        assert commands
        assert set(commands) <= set(start.COMMANDS)
        versions = job.get("strategy", {}).get("matrix", {}).get("python", [])
        versions += [
            step["with"]["python-version"] for step in job["steps"] if "python-version" in step.get("with", {})
        ]
        numbers = [tuple(map(int, v.split("."))) for v in versions if v[0].isdigit()]
        assert numbers
        assert all(start.PYTHON <= number <= start.NEWEST for number in numbers)


def test_the_tests_run_on_three_systems():
    flow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    systems = flow["jobs"]["elsewhere"]["strategy"]["matrix"]["system"] + [flow["jobs"]["linux"]["runs-on"]]
    assert {system.split("-")[0] for system in systems} == {"ubuntu", "macos", "windows"}


@pytest.mark.parametrize("path", sorted(ROOT.glob(".github/ISSUE_TEMPLATE/[0-9]*.yml")), ids=lambda p: p.stem)
def test_an_issue_form_asks_for_something(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= form.keys()
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert all(part["id"] and part["attributes"]["label"] for part in asked)
    assert any(part.get("validations", {}).get("required") for part in asked)


def test_the_citation_has_the_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == fusion_edu.__version__
    assert citation["cff-version"] == "1.2.0"
    assert citation["authors"]
    assert citation["title"].startswith("fusion_edu")


def test_binder_gives_its_kernels_what_start_py_gives_them():
    given = dict(re.findall(r"([A-Z_]+)=(\w+)", (ROOT / "binder/start").read_text(encoding="utf-8")))
    assert given == KERNEL
    for named in re.findall(r"\.\./(\S+)", (ROOT / "binder/requirements.txt").read_text(encoding="utf-8")):
        assert (ROOT / named).is_file()
    version = (ROOT / "binder/runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert start.PYTHON <= tuple(map(int, version.split("."))) <= start.NEWEST


def test_the_container_sets_up_by_a_command_that_there_is():
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert re.search(r"start\.py (\w+)", container["postCreateCommand"])[1] in start.COMMANDS


def test_the_links_of_the_readme_open_notebooks_that_there_are():
    for page in ("README.md", "docs/installing.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        names = re.findall(r"(?:blob/main|my_course)/(notebooks/\w+\.ipynb)", text)
        assert len(names) == 2
        assert all((ROOT / name).is_file() for name in names)


def test_the_readme_says_which_lessons_are_in_a_track():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "the **essentials** are 00 to 07 and 12; the **practitioner**'s adds 08 to 11 and 14" in text
    assert TRACKS["essentials"].numbers == (*(f"{n:02}" for n in range(8)), "12")
    assert set(TRACKS["practitioner"].numbers) - set(TRACKS["essentials"].numbers) == {"08", "09", "10", "11", "14"}
