"""Copy what runs beside submissions into a folder of its own: observing and describing, and no task, reference or loss.

This is the one list of what enters the sandbox: a few modules of the engine, and the course's helpers.
"""

import importlib.util
import inspect
import shutil
from pathlib import Path

import fusion_edu
from fusion_edu.autograder.course import Course

SOURCE = Path(fusion_edu.__file__).parent  # of the engine
ENGINE = ("case", "execute", "limit", "observe", "operator_recording", "outcome", "record", "stub")
INSIDE = "sandbox/inside"


def stage(folder: Path, course: Course) -> list[str]:
    """Fill ``folder`` with packages that know no answer; returns the names of the modules in it."""
    engine = folder / "fusion_edu" / "autograder"
    shutil.copytree(SOURCE / "autograder" / INSIDE, engine / INSIDE, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(SOURCE / "__init__.py", folder / "fusion_edu")
    for name in ENGINE:
        shutil.copy(SOURCE / "autograder" / f"{name}.py", engine)
    for name in course.helpers + course.given:
        target = folder / (name.replace(".", "/") + ".py")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source_of(name), target)
    for package in (path for path in folder.rglob("*") if path.is_dir()):
        (package / "__init__.py").touch()
    return sorted(module_of(path.relative_to(folder)) for path in folder.rglob("*.py"))


def packages(course: Course) -> list[str]:
    """The packages of which nothing but what is staged may be there."""
    return sorted({"fusion_edu", *filter(None, [course.library.partition(".")[0]])})


def withheld(course: Course) -> list[str]:
    """Modules that know answers: none of them may be found where submissions run."""
    return sorted({"fusion_edu.autograder.judge", *(task.reference.__module__ for task in course.tasks)})


def withheld_folders(course: Course) -> list[Path]:
    """Folders in which answers stand."""
    packages = {SOURCE, *(Path(inspect.getfile(task.reference)).parent for task in course.tasks)}
    return sorted({*packages, *filter(None, map(_checkout, packages))})


def _checkout(package: Path) -> Path | None:
    """The folder of the whole project, in which solutions stand too; None for what is installed."""
    return next(
        (path for path in package.parents if (path / "pyproject.toml").exists() or (path / ".git").exists()), None
    )


def canaries(course: Course) -> list[Path]:
    """Files that hold answers: submissions are not run where one of them can be seen."""
    files = {Path(inspect.getfile(task.reference)) for task in course.tasks}
    roots = filter(None, {_checkout(path) for path in files})
    return sorted({*files, *(path for root in roots for path in root.glob("solutions/*"))})


def source_of(module: str) -> Path:
    """The file of a module.

    Raises:
        ValueError: it is none that stands in a file.
    """
    found = importlib.util.find_spec(module)
    if found is None or not found.origin or not Path(found.origin).is_file():
        raise ValueError(f"helper {module!r} stands in no file, needs a module of the course's library")
    return Path(found.origin)


def module_of(path: Path) -> str:
    """a/b.py -> a.b, a/__init__.py -> a"""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
