"""One notebook as a page: what was run is not run again, and what only lives in JupyterLab is left out."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.website import links
from tools.website.figures import as_files

HERE = re.compile(r"<li><b>(?:Device here|All cells):</b>.*?</li>")  # true of the machine that built it, of no reader's
FINISHED = re.compile(r"\d+ \w[\w ,]{0,50}")  # the line that a progress bar leaves
LIVE = "widgets.progress_map"  # progress is a learner's own


def page_of(notebook: Path, site: Path, known: set[str]) -> NotebookNode:
    """The notebook for the site.

    Args:
        notebook: a built notebook, with its outputs.
        site: where pictures go.
        known: the files that the site has, named from its root.
    """
    book = nbformat.read(notebook, as_version=4)
    here = notebook.parent.name
    book.cells = [cell for cell in book.cells if not cell.source.startswith(LIVE)]
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = words(cell.source, here, known)
        else:
            cell.metadata["tags"] = tags(cell)
            cell.outputs = [output for output in cell.outputs if not finished_bar(output)]
            for output in cell.outputs:
                shown(output, site)
    return book


def words(source: str, here: str, known: set[str]) -> str:
    """A markdown cell: links that lead somewhere, and formulas in what is folded."""
    source = re.sub(r"\]\(#([^)]+)\)", lambda m: f"](#{m[1].lower()})", source)  # Jupyter's anchors keep capitals
    return links.mend(source, here, known).replace("<details>", '<details class="has-math">')


def tags(cell: NotebookNode) -> list[str]:
    """Code of the course's own widgets is not shown; code that was folded because it tells the result can be unfolded."""
    old = set(cell.metadata.get("tags", []))
    if "remove-input" in old and not cell.source.startswith("widgets."):
        old = old - {"remove-input"} | {"hide-input"}
    return sorted(old)


def finished_bar(output: NotebookNode) -> bool:
    """Whether this is only the line of a progress bar that has ended."""
    data = output.get("data", {})
    return (
        output.output_type == "display_data"
        and list(data) == ["text/plain"]
        and bool(FINISHED.fullmatch(data["text/plain"]))
    )


def shown(output: NotebookNode, site: Path) -> None:
    """One output: as HTML where there is one, its pictures beside the site."""
    data = output.get("data", {})
    if "text/html" not in data:
        return
    page = HERE.sub("", as_files(data["text/html"], site))
    data["text/html"] = re.sub(r'href="([^":]+)\.ipynb', r'href="\1.html', page)
    for kind in list(data):
        if kind not in ("text/html", "text/plain"):
            del data[kind]
