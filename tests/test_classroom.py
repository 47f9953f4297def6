"""The exercises are an nbgrader course: the unmodified nbgrader releases, marks and exports it."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from nbgrader_steps import classroom, marks, nbgrader

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "marking"))

import honest  # noqa: E402

STEM = "04_exercises"
EXERCISES = sorted((ROOT / "exercises").glob("*.ipynb"))


def submission(course: Path, student: str, **answers: str) -> None:
    """Hand in the released notebook with some answers: "solution", or a replacement (old, new) in the solution."""
    book = nbformat.read(course / "release" / STEM / f"{STEM}.ipynb", as_version=4)
    solved = {
        cell.id: cell.source for cell in nbformat.read(ROOT / "solutions" / "04_solutions.ipynb", as_version=4).cells
    }
    for cell in book.cells:
        if (change := answers.get(cell.id.replace("-", "_"))) is not None:
            cell.source = solved[cell.id].replace(*change) if change else solved[cell.id]
    folder = course / "submitted" / student / STEM
    folder.mkdir(parents=True)
    nbformat.write(book, folder / f"{STEM}.ipynb")


HONEST = {f"honest{n}": choice for n, (_, choice) in enumerate(honest.plan(4, ["04"]))}
ALL = {f"answer_04_{n}": () for n in range(1, 6)}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with lesson 04 released, handed in by three students, marked, with feedback."""
    folder = tmp_path_factory.mktemp("class")
    classroom.lay_out(folder, confined=False)
    nbgrader(folder, "generate_assignment", STEM)
    submission(folder, "all_right", **ALL)
    submission(folder, "nothing")
    submission(folder, "no_check", **ALL)
    path = folder / "submitted/no_check" / STEM / f"{STEM}.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells = [cell for cell in book.cells if cell.id != "check-04-1"]
    nbformat.write(book, path)
    submission(folder, "half", answer_04_1=(), answer_04_4=(), answer_04_2=("/ 2", ""))
    nbgrader(folder, "autograde", STEM)
    nbgrader(folder, "generate_feedback", STEM)
    return folder


def test_full_marks_zero_and_a_part(course):
    assert marks(course) == {"all_right": 70, "nothing": 0, "half": 25, "no_check": 70}


@pytest.mark.thorough
def test_our_marker_gives_the_same_marks(tmp_path):
    """A sample: benchmarks/honest.py does it for five hundred submissions."""
    from fusion_edu.autograder.marking.batch import Settings, run
    from fusion_edu.autograder.marking.export import points
    from fusion_edu.autograder.marking.submissions import Submission
    from fusion_edu.autograder.sandbox.host import NoSandbox

    classroom.lay_out(tmp_path, confined=False)
    nbgrader(tmp_path, "generate_assignment", STEM)
    books = {student: honest.notebook("04", choice) for student, choice in HONEST.items()}
    for student, book in books.items():
        folder = tmp_path / "submitted" / student / STEM
        folder.mkdir(parents=True)
        (folder / f"{STEM}.ipynb").write_bytes(book)
    nbgrader(tmp_path, "autograde", STEM)
    handed = [Submission(student, "x.ipynb", book) for student, book in books.items()]
    try:
        ours = {
            batch[0].learner: points(results[0])[0]
            for batch, results in run(handed, Settings("fusion_edu.tasks:COURSE", "s"))
        }
    except NoSandbox as error:
        pytest.skip(f"submissions cannot be confined here: {error}")
    theirs = marks(tmp_path)
    assert ours == {name: theirs[name] for name in HONEST}
    assert len(set(ours.values())) > 1


def test_the_teachers_own_progress_is_not_touched(course):
    assert not (course / "home").exists()  # FUSION_EDU_HOME of the commands that marked the class


def test_feedback_names_the_mistake(course):
    page = (course / "feedback/half" / STEM / f"{STEM}.html").read_text(encoding="utf-8")
    assert "Your loss is twice ours" in page
    assert "not attempted" in page.lower()


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Every assignment, as nbgrader itself makes it from the solutions."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    folder = tmp_path_factory.mktemp("release")
    classroom.lay_out(folder, confined=False)
    config = Config({"CourseDirectory": {"root": str(folder)}})
    with pytest.MonkeyPatch.context() as patch:  # nbgrader calls alembic by name
        patch.setenv("PATH", str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"])
        for name in (path.stem for path in EXERCISES):
            result = NbGraderAPI(config=config).generate_assignment(name)
            assert result["success"], result.get("log", "") + result.get("error", "")
    return folder / "release"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda p: p.stem)
def test_our_stubs_are_what_nbgrader_itself_makes(exercise, released):
    made = nbformat.read(released / exercise.stem / exercise.name, as_version=4)
    ours = nbformat.read(exercise, as_version=4)
    assert [dict(cell) for cell in made.cells] == [dict(cell) for cell in ours.cells]


@pytest.mark.parametrize("confined", [False, True])
def test_the_configuration_follows_the_folder(confined, tmp_path, monkeypatch):
    from traitlets.config.loader import PyFileConfigLoader

    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)  # the file runs in here, and sets both
    monkeypatch.setenv("JUPYTER_PATH", os.environ.get("JUPYTER_PATH", ""))
    monkeypatch.setenv("FUSION_EDU_HOME", "the teacher's own")

    classroom.lay_out(tmp_path / "first", confined=confined)
    (tmp_path / "first").rename(tmp_path / "second")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path / "second")).load_config()
    assert config.CourseDirectory.root == str(tmp_path / "second")
    assert config.OverwriteCells.add_missing_cells is True
    assert Path(os.environ["FUSION_EDU_HOME"]).is_dir()


def test_laying_out_again_keeps_what_a_teacher_changed(tmp_path):
    classroom.lay_out(tmp_path, confined=False)
    (tmp_path / "roster.csv").write_text("mine")
    (tmp_path / "source" / STEM / f"{STEM}.ipynb").write_text("old")
    classroom.lay_out(tmp_path, confined=False)
    assert (tmp_path / "roster.csv").read_text() == "mine"
    assert nbformat.read(tmp_path / "source" / STEM / f"{STEM}.ipynb", as_version=4).cells


PRYING = """
import os, socket
print("network:", [name for _, name in socket.if_nameindex()])
print("solutions:", os.path.exists({solution!r}))
for place in ({solution!r}, {gradebook!r}, "/etc/changed", "/var/tmp/changed"):
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        open(place, "w").write("changed")
    except OSError:
        pass
"""


@pytest.mark.thorough
@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_the_confined_kernel_marks_and_holds(tmp_path):
    classroom.lay_out(tmp_path, confined=True)
    nbgrader(tmp_path, "generate_assignment", STEM)
    submission(tmp_path, "all_right", **ALL)
    book = nbformat.read(tmp_path / "submitted/all_right" / STEM / f"{STEM}.ipynb", as_version=4)
    solution = tmp_path / "source" / STEM / f"{STEM}.ipynb"
    before = solution.read_bytes()
    book.cells[1].source += "\n" + PRYING.format(solution=str(solution), gradebook=str(tmp_path / "gradebook.db"))
    nbformat.write(book, tmp_path / "submitted/all_right" / STEM / f"{STEM}.ipynb")
    nbgrader(tmp_path, "autograde", STEM)
    assert marks(tmp_path) == {"all_right": 70}
    marked = nbformat.read(tmp_path / "autograded/all_right" / STEM / f"{STEM}.ipynb", as_version=4)
    said = "".join(o.text for o in marked.cells[1].outputs if o.output_type == "stream")
    assert "network: ['lo']" in said
    assert "solutions: False" in said
    assert solution.read_bytes() == before
    assert not any(Path(place).exists() for place in ("/etc/changed", "/var/tmp/changed"))
