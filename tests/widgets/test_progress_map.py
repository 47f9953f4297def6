"""The course map: states, places, and its three forms."""

import base64
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from fusion_edu.syllabus import LESSONS, Lesson
from fusion_edu.widgets.map_svg import draw, image, places
from fusion_edu.widgets.progress import states, summary

ROOT = Path(__file__).parents[2]
POINTS = {"00.1": (20, 20), "00.2": (10, 10), "01.1": (5, 20), "01.2": (0, 20), "02.1": (0, 20)}


def test_points_make_states():
    five = dict(list(LESSONS.items())[:5])
    now = states(POINTS, five)
    assert [str(now[n]) for n in five] == ["done 30/30", "started 5/40", "open 0/20", "open", "open"]
    assert summary(now).startswith("Course map, 1 of 5 lessons done. 00 done 30/30; 01 started 5/40;")


def test_every_lesson_stands_below_what_it_needs():
    chain = {
        n: Lesson(n, n, n, 1, needs)
        for n, needs in {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c"), "e": ("a", "d")}.items()
    }
    for lessons in (LESSONS, chain):
        spots = places(lessons)
        assert len(set(spots.values())) == len(lessons)
        assert all(spots[need][0] < spots[n][0] for n, lesson in lessons.items() for need in lesson.needs)


@pytest.mark.parametrize("points", [POINTS, {}])
def test_svg_is_well_formed_and_says_each_state_in_words(points):
    svg = draw(LESSONS, states(points, LESSONS))
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "group"
    assert all(f"{n} {lesson.title}" in root.get("aria-label") for n, lesson in LESSONS.items())
    texts = ["".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert sum(t.startswith(("✓ done", "◐ started", "○ open")) for t in texts) == len(LESSONS)
    assert "03 Cross-entropy: classes," in texts
    assert "…" not in svg
    assert "var(--jp-" in svg
    assert max(map(len, texts)) <= 28
    assert {t.get("font-size") for t in root.iter("{http://www.w3.org/2000/svg}text")} == {"13"}


def test_every_box_links_to_its_lesson_and_its_exercises():
    root = ElementTree.fromstring(draw(LESSONS, states({}, LESSONS)))
    links = [link.get("href") for link in root.iter("{http://www.w3.org/2000/svg}a")]
    assert len(links) == 2 * len(LESSONS)
    assert all((ROOT / "notebooks" / link).resolve().is_file() for link in links)
    page = image(LESSONS, states({}, LESSONS), alt="map")
    assert all(f'href="../notebooks/{lesson.stem}.ipynb"' in page for lesson in LESSONS.values())


def test_saved_map_is_an_image_on_white_with_alt_text():
    page = image(LESSONS, states(POINTS, LESSONS), alt='map "one"')
    assert 'alt="map &quot;one&quot;"' in page
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", page)[1]).decode()
    assert ElementTree.fromstring(svg) is not None
    assert "var(" not in svg


def test_the_button_reads_the_progress_file_again(tmp_path, monkeypatch):
    from fusion_edu.checks import TASKS, progress
    from fusion_edu.widgets.progress import _live

    monkeypatch.setenv("FUSION_EDU_HOME", str(tmp_path))
    drawing, button, _ = _live(None, LESSONS).children
    assert "◐ started" not in drawing.value
    task = next(task for task in TASKS.values() if task.id.startswith("04."))
    progress.record(task.id, outcome="correct", points=task.points, max_points=task.points)
    button.click()
    assert f"◐ started, {task.points} of" in drawing.value or f"✓ done, {task.points} of" in drawing.value
