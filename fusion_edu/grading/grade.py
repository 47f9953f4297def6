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
        key_of = {each: key for key, each in keys.items()}
        known = store.known() & keys.keys()
        left = [each for key, each in keys.items() if key not in known]
        progress = tqdm(total=len(keys), initial=len(known), unit="submission", disable=not bar, file=sys.stderr)
        with progress:
            for done, results in batch.run(left, settings, workers=workers, scheduler=scheduler):
                store.add([(key_of[e], e.learner, e.name, r) for e, r in zip(done, results, strict=True)])
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
        name = tables.slug(result)
        _text(f"{out}/feedback/{name}.html", feedback(result))
        _text(f"{out}/gradescope/{name}.json", tables.gradescope(result))
    _text(f"{out}/grades.csv", tables.grades(results))
    _text(f"{out}/junit.xml", tables.junit(results))
    _text(f"{out}/class.html", teacher(results))


def _text(path: str, text: str) -> None:
    with open(path, "wb", buffering=0) as file:
        file.write(text.encode("utf-8", "replace"))
