"""What a class gets from a checkout: a students' copy without solutions, and what Gradescope and GitHub Classroom take.

Standard library only, so that it needs no more than the course itself.
"""

import io
import re
import secrets
import shutil
import zipfile
from pathlib import Path

from learner_copy import write  # a program beside this one

ROOT = Path(__file__).resolve().parent.parent
PLATFORMS = Path(__file__).resolve().parent / "platforms"
STUDENTS = [  # course/, solutions/, tests/ hold answers
    "README.md", "LICENSE", "SECURITY.md", "CHANGELOG.md", "CITATION.cff", "start.py", "pyproject.toml", "requirements*.txt",
    "constraints*.txt", "fusion_edu", "notebooks", "exercises", "docs", "tools",
]  # fmt: skip
MARKER = ["requirements*.txt", "constraints*.txt", "pyproject.toml", "LICENSE", "fusion_edu"]
UNWANTED = shutil.ignore_patterns("__pycache__", ".*", "*.pyc")
IGNORED = ".venv*\n__pycache__/\n.ipynb_checkpoints/\n*.new.ipynb\n"
SAYS = (  # README, of what is not there
    (r" and \[solutions\]\(solutions/\)", ""),
    (r"exercises and solutions", "exercises"),
    (r"python3 start\.py test .*\n", ""),
    (r" To read only: `python3 start\.py site`[^.]*\n?[^.]*\.github[^.]*\.yml\)[^.]*\.", ""),
    (r"(?s)## For contributors\n.*?(?=## )", ""),
)
LINK = re.compile(r"\[([^\]]*)\]\((?!\w+:)([^)#\s]+)[^)]*\)")


def students(folder: Path) -> list[Path]:
    """Copy the course without its solutions; returns what was copied. What is there already is written anew.

    The references of the checks stay: they are part of the library, which the checks need.

    Raises:
        ValueError: the folder is the course's own, or holds solutions.
    """
    if folder == ROOT or ROOT in folder.parents or folder in ROOT.parents:
        raise ValueError(f"{folder} is the course's own folder: choose one outside of it")
    if (folder / "solutions").exists():
        raise ValueError(f"{folder} holds solutions already: choose an empty folder")
    copied = _copy(STUDENTS, folder)
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8")
    for old, new in SAYS:
        text = re.sub(old, new, text)
    readme.write_text(text, encoding="utf-8")
    for page in (*folder.glob("*.md"), *folder.glob("docs/*.md")):
        _without_dead_links(page)
    return copied


def _without_dead_links(page: Path) -> None:
    """What a page links to and the copy does not hold stays as text."""

    def kept(link: re.Match[str]) -> str:
        return link[0] if (page.parent / link[2]).exists() else link[1]

    page.write_text(LINK.sub(kept, page.read_text(encoding="utf-8")), encoding="utf-8")


def _copy(patterns: list[str], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    for path in found:
        if path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=UNWANTED, dirs_exist_ok=True)
        else:
            shutil.copy2(path, folder / path.name)
    return found


def github(folder: Path, lesson: str) -> None:
    """A template repository for GitHub Classroom: the students' copy, and a workflow that marks each push."""
    students(folder)
    text = (PLATFORMS / "classroom.yml").read_text(encoding="utf-8").replace("LESSON", lesson)
    workflow = folder / ".github" / "workflows" / "classroom.yml"
    workflow.parent.mkdir(parents=True, exist_ok=True)
    workflow.write_text(text, encoding="utf-8")
    (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")


def gradescope(path: Path, lesson: str, seed: str = "") -> None:
    """A zip for Gradescope's "Configure autograder": set-up, marker, and the seed of the hidden inputs.

    Args:
        seed: by default a fresh one; the same one gives the same hidden inputs again.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("setup.sh", "run_autograder"):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, (PLATFORMS / name).read_bytes(), zipfile.ZIP_DEFLATED)
        archive.writestr("lesson", lesson)
        archive.writestr("seed", seed or secrets.token_hex(16))
        for pattern in MARKER:
            for found in sorted(ROOT.glob(pattern)):
                for file in sorted(found.rglob("*")) if found.is_dir() else [found]:
                    if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc":
                        archive.write(file, file.relative_to(ROOT).as_posix())
    write(path, content.getvalue())
