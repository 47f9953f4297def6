"""What a class gets, run as the platform runs it: a copy without solutions, Gradescope's zip, GitHub Classroom's template."""

import base64
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("classroom_tool", ROOT / "tools/classroom.py")
classroom = importlib.util.module_from_spec(spec)
spec.loader.exec_module(classroom)

LESSON = "02"
LINK = re.compile(r"\]\(([^)#\s]+)")


def solved(wrong: str = "") -> dict:
    """The solutions of the lesson; the answer of task ``wrong`` is left as it was handed out."""
    book = json.loads((ROOT / f"solutions/{LESSON}_solutions.ipynb").read_text(encoding="utf-8"))
    stub = json.loads((ROOT / f"exercises/{LESSON}_exercises.ipynb").read_text(encoding="utf-8"))
    given = {cell["id"]: cell for cell in stub["cells"]}
    book["cells"] = [given[cell["id"]] if wrong and cell["id"] == f"answer-{wrong}" else cell for cell in book["cells"]]
    return book


def points() -> dict[str, int]:
    from fusion_edu.tasks import COURSE

    return {task.id: task.points for task in COURSE.lesson(LESSON)}


def offline(command: list[str], **how) -> subprocess.CompletedProcess:
    """Run a command with no network, where the machine can take it away."""
    alone = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], capture_output=True).returncode:
        alone = []
    return subprocess.run([*alone, *command], capture_output=True, text=True, **how)


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    folder = tmp_path_factory.mktemp("students") / "course"
    assert classroom.main(["--students", str(folder)]) == 0
    return folder


def test_the_students_copy_holds_no_solution(copied):
    for name in ("solutions", "course", "tests", "benchmarks", ".git"):
        assert not (copied / name).exists()
    texts = {
        path: path.read_text(encoding="utf-8", errors="replace")
        for path in copied.rglob("*")
        if path.suffix in (".py", ".ipynb", ".md") and "tasks" not in path.parts
    }
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if "### BEGIN SOLUTION" in source:
                answer = source.partition("### BEGIN SOLUTION\n")[2].partition("### END")[0].strip()
                line = json.dumps(max(answer.splitlines(), key=len).strip())[1:-1]
                found = [str(where) for where, text in texts.items() if "exercises" in str(where) and line in text]
                assert not found, f"{line} of {path.name}"
    assert "BEGIN SOLUTION" not in "".join(text for path, text in texts.items() if path.suffix == ".ipynb")


def test_the_students_copy_is_whole(copied):
    assert subprocess.run([sys.executable, "start.py", "--help"], cwd=copied, capture_output=True).returncode == 0
    assert "solutions" not in (copied / "README.md").read_text(encoding="utf-8").split("##")[0]
    for name in (path.name for path in ROOT.glob("fusion_edu/*")):
        assert name == "__pycache__" or (copied / "fusion_edu" / name).exists()


def texts_of(page: Path) -> str:
    """What people read of a page: Markdown, or the Markdown of a notebook."""
    text = page.read_text(encoding="utf-8")
    if page.suffix != ".ipynb":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


def test_no_link_of_the_students_copy_is_dead(copied):
    pages = [path for kind in ("*.md", "docs/**/*.md", "*/*.ipynb") for path in sorted(copied.glob(kind))]
    links = [(page, link) for page in pages for link in LINK.findall(texts_of(page)) if "://" not in link]
    assert len(links) > 100
    dead = [f"{page.relative_to(copied)}: {link}" for page, link in links if not (page.parent / link).exists()]
    assert not dead


def test_the_students_copy_offers_no_command_of_authors(copied):
    readme = (copied / "README.md").read_text(encoding="utf-8")
    for command in ("test", "build", "redraw", "site", "lint", "bench"):
        assert not re.search(rf"start\.py {command}|`{command}`", readme), command
        done = subprocess.run([sys.executable, "start.py", command], cwd=copied, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"start.py: {command} is for authors: it needs the whole repository" in done.stderr
    assert not (copied / ".venv").exists()
    for kept in ("python3 start.py doctor", "## For teachers", "## Licences", "two lines"):
        assert kept in readme


def test_the_course_itself_is_never_written_over(tmp_path, capsys):
    assert classroom.main(["--students", str(ROOT)]) == 1
    assert "own folder" in capsys.readouterr().err
    (tmp_path / "solutions").mkdir()
    assert classroom.main(["--students", str(tmp_path)]) == 1
    assert "holds solutions already" in capsys.readouterr().err


def test_a_platform_needs_a_lesson(capsys, tmp_path):
    with pytest.raises(SystemExit):
        classroom.main(["--gradescope", str(tmp_path / "a.zip")])
    assert "--lesson" in capsys.readouterr().err


PYTHON = """#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
    mkdir -p "$3/bin"
    printf '#!/bin/sh\\nif [ "$1 $2" = "-m pip" ]; then echo "$@" >> "%s/pip.log"; else exec {python} "$@"; fi\\n' "$3" > "$3/bin/python"
    chmod +x "$3/bin/python"
fi
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """Gradescope's image after set-up: /autograder, with an apt-get and a pip that fetch nothing."""
    root = tmp_path_factory.mktemp("gradescope") / "autograder"
    root.mkdir()
    root.parent.chmod(0o755)
    assert classroom.main(["--gradescope", str(root.parent / "a.zip"), "--lesson", LESSON, "--seed", "s"]) == 0
    subprocess.run(["unzip", "-q", str(root.parent / "a.zip"), "-d", str(root / "source")], check=True)
    tools = root.parent / "bin"
    tools.mkdir()
    # this Ubuntu has no Python 3.12: the next one is taken
    (tools / "apt-get").write_text('#!/bin/sh\ncase "$*" in *python3.12*) exit 100;; esac\n')
    (tools / "python3.13").write_text(PYTHON.format(python=sys.executable))
    for path in tools.iterdir():
        path.chmod(0o755)
    environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}
    done = offline(["bash", str(root / "source/setup.sh")], env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.copy(root / "source/run_autograder", root / "run_autograder")
    return root


def graded(image: Path, files: dict[str, bytes]) -> dict:
    for name in ("submission", "results"):
        shutil.rmtree(image / name, ignore_errors=True)
        (image / name).mkdir()
    for name, data in files.items():
        (image / "submission" / name).write_bytes(data)
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"}
    done = offline([str(image / "run_autograder")], env=environment, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((image / "results/results.json").read_text(encoding="utf-8"))


def test_gradescope_installs_what_it_needs_and_hides_the_rest(image):
    log = (image / "venv/pip.log").read_text()
    assert f"-r {image}/source/requirements.txt -c {image}/source/constraints.txt" in log
    assert "download.pytorch.org/whl/cpu" in log
    assert (image / "source").stat().st_mode & 0o077 == 0
    assert not any(
        "solutions" in name or "tests/" in name for name in zipfile.ZipFile(image.parent / "a.zip").namelist()
    )


@pytest.mark.thorough
def test_gradescope_marks_a_submission(image):
    most = points()
    said = graded(image, {"whatever name.ipynb": json.dumps(solved(f"{LESSON}-1")).encode(), "notes.txt": b""})
    assert {test["number"]: test["max_score"] for test in said["tests"]} == most
    assert {test["number"]: test["score"] for test in said["tests"]} == most | {f"{LESSON}.1": 0}
    assert said["score"] == sum(most.values()) - most[f"{LESSON}.1"]
    assert {test["visibility"] for test in said["tests"]} == {"visible"}


@pytest.mark.thorough
def test_gradescope_says_what_is_wrong_with_a_file(image):
    said = graded(image, {"notes.txt": b"no notebook"})
    assert (said["score"], len(said["tests"])) == (0, len(points()))
    assert "holds no notebook" in said["output"]


def test_github_marks_a_push(tmp_path):
    folder = tmp_path / "template"
    assert classroom.main(["--github", str(folder), "--lesson", LESSON]) == 0
    flow = yaml.safe_load((folder / ".github/workflows/classroom.yml").read_text())
    job = flow["jobs"]["run-autograding-tests"]
    step = next(step for step in job["steps"] if step.get("id") == "marks")
    reporter = next(step for step in job["steps"] if "autograding-grading-reporter" in step.get("uses", ""))
    assert reporter["env"] == {f"{reporter['with']['runners'].upper()}_RESULTS": "${{ steps.marks.outputs.result }}"}
    own = folder / "my_course/exercises"
    own.mkdir(parents=True)
    (own / f"{LESSON}_exercises.ipynb").write_text(json.dumps(solved(f"{LESSON}-1")), encoding="utf-8")
    output = tmp_path / "output"
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"PATH": path, "GITHUB_OUTPUT": str(output)} | job["env"]
    done = offline(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=folder, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    name, _, value = output.read_text().strip().partition("=")
    said = json.loads(base64.b64decode(value))
    most = points()
    assert name == "result"
    assert (said["max_score"], said["status"]) == (sum(most.values()), "fail")
    assert [test["score"] for test in said["tests"]] == [0, *list(most.values())[1:]]
