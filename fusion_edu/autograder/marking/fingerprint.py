"""What decides a mark, in one short name: the engine's code, and that of the tasks which a notebook answers."""

import hashlib
import inspect
from functools import cache
from pathlib import Path

from fusion_edu import autograder
from fusion_edu.autograder.course import Course

ENGINE = Path(autograder.__file__).parent


def decides(course: Course, data: bytes) -> str:
    """Changes with the engine, and with the files of the tasks whose functions a notebook names; with nothing else."""
    named = {inspect.getfile(task.reference) for task in course.tasks if task.name.encode() in data}
    rules = f"{course.library} {course.helpers} {course.given}"
    return digest(sorted(ENGINE.rglob("*.py"))) + rules + "".join(digest([Path(file)]) for file in sorted(named))


def digest(files: list[Path]) -> str:
    """One short name for what these files hold."""
    return _digest(tuple((file, file.stat().st_mtime_ns) for file in files))


@cache
def _digest(files: tuple[tuple[Path, int], ...]) -> str:
    content = hashlib.sha256()
    for path, _ in files:
        content.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return content.hexdigest()[:16]
