"""Lay out an nbgrader course from the exercises: `python3 start.py classroom DIR`. nbgrader itself stays unmodified.

`--students DIR` copies the course without solutions, `--gradescope FILE.zip --lesson 04` makes an autograder for
Gradescope, `--github DIR --lesson 04` a template for GitHub Classroom. Otherwise, for nbgrader:

DIR/source/NN_name/NN_name.ipynb    the solutions; nbgrader makes the students' release from them
DIR/nbgrader_config.py              course id, the lessons, the kernel that runs submissions
DIR/roster.csv                      an example; put your students there
DIR/jupyter/kernels/confined/       a kernel inside bubblewrap: no network, nothing writable outside the submission
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import nbformat

from fusion_edu.syllabus import LESSONS

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import hand_out  # noqa: E402  # a program beside this one

ROSTER = "id,first_name,last_name,email\nada,Ada,Example,ada@example.org\nbo,Bo,Example,bo@example.org\n"
CONFIG = '''"""nbgrader reads this file. Run its commands from this folder, with the course's .venv activated."""

import atexit
import os
import shutil
import tempfile

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "fusion_edu"
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))  # this folder, wherever it is moved
c.ExecutePreprocessor.timeout = 180  # seconds for one cell
c.ExecutePreprocessor.startup_timeout = 120
c.ClearOutput.enabled = True
c.OverwriteCells.add_missing_cells = True  # a check cell that a student deleted comes back, and counts

# Checks of students are not counted in your own progress: they get a folder that is gone at the end.
os.environ["FUSION_EDU_HOME"] = tempfile.mkdtemp(prefix="fusion_edu_marking_")
atexit.register(shutil.rmtree, os.environ["FUSION_EDU_HOME"], ignore_errors=True)
'''
CONFINED = """
# Submissions run in a kernel that sees no network and can write only to a temporary folder. See docs/teaching.md for
# what this protects, and what only `python3 start.py grade` does.
meeting = {jupyter!r} + "/runtime"  # the one folder that nbgrader and the kernel both see: their sockets are there
tempfile.tempdir = meeting
os.environ["JUPYTER_PATH"] = {jupyter!r}
c.ExecutePreprocessor.kernel_name = "confined"
c.KernelManager.transport = "ipc"
c.KernelManager.ip = meeting + "/kernel"
"""


def confined_kernel(course: Path) -> dict:
    """A kernelspec that starts the kernel in bubblewrap: root read-only, home hidden, own temporary folder, no network."""
    hide = [str(Path.home()), "/root", "/home", str(course)]  # the course holds the solutions and the gradebook
    environment = Path(sys.prefix)
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    command += ["--tmpfs", "/tmp"]
    for folder in dict.fromkeys(folder for folder in hide if Path(folder).is_dir()):
        command += ["--tmpfs", folder]
    for needed in dict.fromkeys(
        [sys.base_prefix, str(environment), str(ROOT / "fusion_edu"), str(ROOT / "pyproject.toml")]
    ):
        command += ["--ro-bind", needed, needed]
    runtime = str(course / "jupyter" / "runtime")
    command += ["--bind", runtime, runtime]
    command += ["--unsetenv", "JPY_PARENT_PID", "--setenv", "HOME", "/tmp", "--setenv", "FUSION_EDU_HOME", "/tmp/home"]
    return {
        "argv": [*command, sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (confined)",
        "language": "python",
        "env": {"KERAS_BACKEND": "torch", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
    }


def source(solution: Path) -> nbformat.NotebookNode:
    """A solution as nbgrader's source: no outputs, so that nothing of them reaches the release."""
    book = nbformat.read(solution, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return book


def lay_out(course: Path, confined: bool) -> list[str]:
    """Write the folder; return the names of the assignments. Files that a teacher may have changed are kept."""
    names = []
    for solution in sorted((ROOT / "solutions").glob("*.ipynb")):
        name = LESSONS[solution.stem[:2]].exercises
        folder = course / "source" / name
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(source(solution), folder / f"{name}.ipynb")
        names.append(name)
    kept = {"nbgrader_config.py": CONFIG, "roster.csv": ROSTER}
    if confined:
        kernel = course / "jupyter" / "kernels" / "confined" / "kernel.json"
        kernel.parent.mkdir(parents=True, exist_ok=True)
        (course / "jupyter" / "runtime").mkdir(exist_ok=True)
        kernel.write_text(json.dumps(confined_kernel(course), indent=1) + "\n")
        kept["nbgrader_config.py"] += CONFINED.format(jupyter=str(course / "jupyter"))
    for name, text in kept.items():
        if not (course / name).exists():
            (course / name).write_text(text)
    return names


def handed_out(options: argparse.Namespace) -> int:
    """Make what students or a platform get."""
    place = options.folder.resolve()
    try:
        if options.gradescope:
            hand_out.gradescope(place, options.lesson, options.seed)
            print(f"{place}: upload it at Gradescope, Configure Autograder. It holds the seed of the hidden inputs.")
        elif options.github:
            hand_out.github(place, options.lesson)
            print(f"{place}: push it to a repository, make that a template, and choose it in GitHub Classroom.")
        else:
            hand_out.students(place)
            print(f"{place}: the course without solutions. The checks' own references stay in fusion_edu/tasks.")
    except (ValueError, OSError) as error:
        print(f"classroom: {error}", file=sys.stderr)
        return 1
    return 0


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="start.py classroom", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the course goes (of --gradescope: a zip); made if not there")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--confined", action="store_true", help="run submissions in bubblewrap (Linux, package bubblewrap)"
    )
    kind.add_argument("--students", action="store_true", help="copy the course without its solutions")
    kind.add_argument("--gradescope", action="store_true", help="make an autograder zip for Gradescope")
    kind.add_argument("--github", action="store_true", help="make a template repository for GitHub Classroom")
    parser.add_argument("--lesson", choices=LESSONS, help="of --gradescope and --github, e.g. 04")
    parser.add_argument("--seed", default="", help="of --gradescope: makes the hidden inputs; a fresh one by default")
    options = parser.parse_args(arguments)
    if (options.gradescope or options.github) and not options.lesson:
        parser.error("--gradescope and --github need --lesson, e.g. --lesson 04")
    if options.students or options.gradescope or options.github:
        return handed_out(options)
    if options.confined and shutil.which("bwrap") is None:
        print(
            "classroom: --confined needs bubblewrap: install the package bubblewrap, or leave --confined out.",
            file=sys.stderr,
        )
        return 1
    course = options.folder.resolve()
    try:
        names = lay_out(course, options.confined)
    except OSError as error:
        print(f"classroom: {course} cannot be written ({error.strerror}): choose another folder.", file=sys.stderr)
        return 1
    print(f"{course}: {len(names)} assignments. Next: cd {course} && nbgrader generate_assignment {names[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
