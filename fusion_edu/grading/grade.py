"""Mark a folder of submissions from beginning to end."""

import secrets
import sys
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from . import batch, tables
from .batch import Settings
from .feedback import feedback
from .store import Store
from .submissions import find
from .teacher import teacher


def grade(
    folder: Path, out: Path, settings: Settings, *, workers: int = 1, scheduler: str = "", bar: bool = True
) -> Path:
    """Mark all submissions of ``folder`` and write the results to ``out``; what ``out`` has already is not marked again.

    Raises:
        ValueError: there is nothing to mark. NoRoom: submissions cannot be confined here.
    """
    submissions = find(folder)
    store = Store(out / "results.sqlite")
    try:
        secret = settings.secret or store.setting("secret", secrets.token_hex(16))
        hidden = tuple(str(path.resolve()) for path in (folder, out))
        settings = replace(settings, secret=secret, hidden=hidden)
        keys = {settings.key(each): each for each in submissions}
        known = store.known() & keys.keys()
        left = [each for key, each in keys.items() if key not in known]
        progress = tqdm(total=len(keys), initial=len(known), unit="submission", disable=not bar, file=sys.stderr)
        with progress:
            for done, results in batch.run(left, settings, workers=workers, scheduler=scheduler):
                for each, result in zip(done, results, strict=True):
                    store.add(settings.key(each), each.learner, each.name, result)
                progress.update(len(done))
        write(store.results(set(keys)), out)
    finally:
        store.close()
    return out


def write(results: tables.Results, out: Path) -> None:
    """All files of a class."""
    (out / "feedback").mkdir(parents=True, exist_ok=True)
    (out / "gradescope").mkdir(exist_ok=True)
    for result in results:
        _text(out / "feedback" / f"{tables.slug(result)}.html", feedback(result))
        _text(out / "gradescope" / f"{tables.slug(result)}.json", tables.gradescope(result))
    _text(out / "grades.csv", tables.grades(results))
    _text(out / "junit.xml", tables.junit(results))
    _text(out / "class.html", teacher(results))


def _text(path: Path, text: str) -> None:
    path.write_text(text.encode("utf-8", "replace").decode(), encoding="utf-8", newline="\n")
