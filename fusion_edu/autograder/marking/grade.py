"""Mark a folder of submissions from beginning to end."""

import secrets
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from fusion_edu import storage
from fusion_edu.autograder.course import Course, find
from fusion_edu.autograder.marking import batch, export
from fusion_edu.autograder.marking.batch import Settings
from fusion_edu.autograder.marking.class_page import class_page
from fusion_edu.autograder.marking.feedback import feedback
from fusion_edu.autograder.marking.store import Store
from fusion_edu.autograder.marking.submissions import Submission
from fusion_edu.autograder.marking.submissions import find as submissions_in


def grade(
    folder: Path, out: Path, settings: Settings, *, workers: int = 1, scheduler: str = "", bar: bool = True
) -> Path:
    """Mark all submissions of ``folder`` and write the results to ``out``; what ``out`` has already is not marked again.

    Raises:
        ValueError: there is nothing to mark. NoSandbox: submissions cannot be confined here.
    """
    if folder.resolve() in (out.resolve(), *out.resolve().parents):
        raise ValueError(f"{out} lies in {folder}: choose a folder for the marks that is outside of the submissions")
    submissions = submissions_in(folder)
    store = Store(out / "results.sqlite")
    try:
        return _into(store, submissions, folder, out, settings, workers, scheduler, bar)
    except sqlite3.Error as error:
        raise ValueError(
            f"{out / 'results.sqlite'} could not be written ({error}): the same command goes on"
        ) from error
    finally:
        store.close()


def _into(
    store: Store,
    submissions: list[Submission],
    folder: Path,
    out: Path,
    settings: Settings,
    workers: int,
    scheduler: str,
    bar: bool,
) -> Path:
    secret = settings.secret or store.setting("secret", secrets.token_hex(16))
    hidden = tuple(str(path.resolve()) for path in (folder, out))
    settings = replace(settings, secret=secret, hidden=hidden)
    keys = {settings.key(each): each for each in submissions}
    known = store.known() & keys.keys()
    current = set(known)
    left = [each for key, each in keys.items() if key not in known]
    progress = tqdm(total=len(keys), initial=len(known), unit="submission", disable=not bar, file=sys.stderr)
    with progress:
        for done, results in batch.run(left, settings, workers=workers, scheduler=scheduler):
            marked = [(r.pop("key"), e.learner, e.name, r) for e, r in zip(done, results, strict=True)]
            store.add(marked)
            current |= {key for key, *_ in marked}  # of the bytes that were marked, which may have changed since
            progress.update(len(done))
    write(find(settings.course), store.results(current), out)
    return out


def write(course: Course, results: export.Results, out: Path) -> None:
    """All files of a class."""
    (out / "feedback").mkdir(parents=True, exist_ok=True)
    (out / "gradescope").mkdir(exist_ok=True)
    names = [export.slug(result) for result in results]
    assert len(set(names)) == len(names), "two submissions share a page"
    for old in [*out.glob("feedback/*.html"), *out.glob("gradescope/*.json")]:
        if old.stem not in names:
            old.unlink()  # of a learner who is gone
    for name, result in zip(names, results, strict=True):
        _text(out / f"feedback/{name}.html", feedback(course, result))
        _text(out / f"gradescope/{name}.json", export.gradescope(result))
    _text(out / "grades.csv", export.grades(results))
    _text(out / "junit.xml", export.junit(results))
    _text(out / "class.html", class_page(course, results))


def _text(path: Path, text: str) -> None:
    storage.write(path, text.encode("utf-8", "replace"))
