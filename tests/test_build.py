"""The committed notebooks are what their sources make, and were run."""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

from fusion_edu.syllabus import LESSONS

ROOT = Path(__file__).parent.parent
spec = importlib.util.spec_from_file_location("build", ROOT / "tools/build.py")
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)
SOURCES = build.sources()


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: f"{s.parent.name}/{s.stem}")
def test_committed_notebooks_are_what_the_source_makes(source):
    assert build.differences(source) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: f"{s.parent.name}/{s.stem}")
def test_build_is_byte_stable(source):
    first = {target: build.serialised(book) for target, book in build.targets(source).items()}
    assert first == {target: build.serialised(book) for target, book in build.targets(source).items()}


def test_a_changed_cell_is_noticed(tmp_path, monkeypatch):
    source = next(s for s in SOURCES if s.parent.name == "lessons")
    book = nbformat.read(ROOT / "notebooks" / f"{source.stem}.ipynb", as_version=4)
    book.cells[-1].source += " "
    (tmp_path / "notebooks").mkdir()
    nbformat.write(book, tmp_path / "notebooks" / f"{source.stem}.ipynb")
    made = build.targets(source)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "targets", lambda _: {tmp_path / "notebooks" / t.name: b for t, b in made.items()})
    [line] = build.differences(tmp_path / "course/lessons" / source.name)
    assert "differs from" in line


def test_the_glossary_and_the_cheat_sheets_are_what_the_lessons_say():
    assert build.stale_pages() == []
    assert "| contrastive loss | 对比损失 |" in build.glossary.page()


def test_every_lesson_of_the_syllabus_has_its_files_and_nothing_else_is_built():
    stems = {lesson.stem for lesson in LESSONS.values()}
    names = {"notebooks": {*stems, "home"}, "exercises": {lesson.exercises for lesson in LESSONS.values()}}
    names["solutions"] = {lesson.solutions for lesson in LESSONS.values()}
    for folder, want in names.items():
        assert {p.stem for p in (ROOT / folder).glob("*.ipynb")} == want, folder
    assert {s.stem for s in SOURCES if s.parent.name == "lessons"} == stems


def ran(folder: str) -> list[Path]:
    return sorted((ROOT / folder).glob("*.ipynb"))


@pytest.mark.parametrize("path", [*ran("notebooks"), *ran("solutions")], ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_code_cell_was_run_without_error_in_order(path):
    book = nbformat.read(path, as_version=4)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [o for cell in code for o in cell.outputs if o.output_type == "error"]
    assert not [o for cell in code for o in cell.outputs if o.get("name") == "stderr"], "a warning on stderr"
    assert not [o for cell in code for o in cell.outputs if build.WIDGET in o.get("data", {})], (
        "a live widget was saved"
    )


@pytest.mark.parametrize("path", ran("exercises"), ids=lambda p: p.stem)
def test_stubs_hold_no_outputs_and_no_answers(path):
    book = nbformat.read(path, as_version=4)
    assert all(not cell.outputs and cell.execution_count is None for cell in book.cells if cell.cell_type == "code")
    text = nbformat.writes(book)
    assert "SOLUTION" not in text
    assert "HIDDEN TESTS" not in text
    assert "raise NotImplementedError()" in text


@pytest.mark.parametrize("path", [*ran("notebooks")], ids=lambda p: p.stem)
def test_every_picture_has_words(path):
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            pictures = re.findall(r"<img [^>]*>", data.get("text/html", ""))
            told = [re.search(r' alt="([^"]*)"', picture) for picture in pictures]
            assert all(words and len(words[1]) > 20 for words in told), f"a picture without alt text in {cell.id}"
            if "image/png" in data:
                assert pictures, f"a picture for light pages only in {cell.id}"
                assert len(data.get("text/plain", "")) > 20, f"a picture without words in {cell.id}"


def test_a_cheat_sheet_holds_formulas_summary_and_words():
    page = (ROOT / "docs/cheat_sheets/04_contrastive_loss.md").read_text(encoding="utf-8")
    assert page.startswith("# 04 on one page: Contrastive loss: pull and push\n")
    assert "$$L = \\frac{1}{2N}" in page
    assert "a pull, and a push that ends at the margin" in page
    assert "| margin | 间隔 |" in page
    assert "Further reading" not in page
    assert {path.stem for path in (ROOT / "docs/cheat_sheets").iterdir()} == {
        lesson.stem for lesson in LESSONS.values()
    }
