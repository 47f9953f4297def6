"""The feedback pages in one zip, named as Moodle takes feedback files for a whole class."""

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

from fusion_edu.autograder.marking.learners import Learner

NEVER = (1980, 1, 1, 0, 0, 0)  # the same pages give the same bytes


def moodle_zip(learners: Iterable[Learner], page: Callable[[dict[str, Any]], str]) -> bytes:
    """The page of each notebook that counts, of the learners whose number of Moodle is known.

    Moodle reads NAME_NUMBER_assignfeedback_file_FILE (its mod/assign/feedback/file/importziplib.php), and a file of a name
    that it has already is replaced.
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in learners:
            for lesson, result in each.best.items() if each.person.moodle else ():
                name = f"Participant_{each.person.moodle}_assignfeedback_file_feedback-{lesson}.html"
                text = page(result).encode("utf-8", "replace")
                archive.writestr(zipfile.ZipInfo(name, NEVER), text, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
