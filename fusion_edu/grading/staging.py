"""Copy what runs beside submissions into a folder of its own: observing and describing, and no task, reference or loss."""

import shutil
from pathlib import Path

import fusion_edu

CHECKS = ("attempt.py", "case.py", "given.py", "observe.py", "outcome.py")
SOURCE = Path(fusion_edu.__file__).parent


def stage(folder: Path) -> None:
    """Fill ``folder`` with a package ``fusion_edu`` that knows no answer."""
    package = folder / "fusion_edu"
    for name in ("checks", "grading"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").write_text('"""The part of it that is in the room."""\n', encoding="utf-8")
    shutil.copy(SOURCE / "__init__.py", package)
    for name in CHECKS:
        shutil.copy(SOURCE / "checks" / name, package / "checks")
    shutil.copytree(
        SOURCE / "grading" / "room", package / "grading" / "room", ignore=shutil.ignore_patterns("__pycache__")
    )
