"""What decides a mark, in one short name: the engine's code, and that of the tasks which a notebook answers."""

import hashlib
from functools import cache
from pathlib import Path

from fusion_edu import checks
from fusion_edu.checks import TASKS

TASK_FOLDER = Path(checks.__file__).parent / "tasks"
ENGINE = (Path(checks.__file__).parent, Path(__file__).parent)


def decides(data: bytes) -> str:
    """Changes with the engine, and with the tasks of each lesson whose functions a notebook names; with nothing else."""
    named = {task.id[:2] for task in TASKS.values() if task.name.encode() in data}
    return engine() + "".join(lesson(number) for number in sorted(named))


@cache
def engine() -> str:
    """The code of checks and marking, tasks apart."""
    files = [path for folder in ENGINE for path in sorted(folder.rglob("*.py")) if TASK_FOLDER not in path.parents]
    return _digest(files)


@cache
def lesson(number: str) -> str:
    """The code of a lesson's tasks: references, cases, mistakes and messages."""
    return _digest([TASK_FOLDER / f"lesson{number}.py"])


def _digest(files: list[Path]) -> str:
    content = hashlib.sha256()
    for path in files:
        content.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return content.hexdigest()[:16]
