"""Sphinx's settings. The tool is Sphinx with myst-nb: it reads the notebooks as they were run, its search and theme need no
other host, and autodoc makes the reference from the docstrings."""

import os
from importlib import metadata
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")  # read where keras is imported

import fusion_edu
from tools.website import docstrings

ROOT = Path(__file__).resolve().parent

project = "fusion_edu"
author = "The authors of fusion_edu"
copyright = author
version = release = fusion_edu.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["_build"]
nb_execution_mode = "off"
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "text/html", 0)]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
myst_update_mathjax = False
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header"]

autodoc_member_order = "bysource"
autodoc_inherit_docstrings = False
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"


def mathjax() -> Path:
    """MathJax as the package sphinx-mathjax-offline brings it; one file of it is all that a page asks for."""
    files = metadata.files("sphinx-mathjax-offline") or []
    return Path(next(file for file in files if file.name == "tex-svg.js").locate())


mathjax_path = "tex-svg.js"
mathjax3_config = {
    "tex": {"inlineMath": [["$", "$"], ["\\(", "\\)"]]},
    "options": {
        "ignoreHtmlClass": "tex2jax_ignore|mathjax_ignore",
        "processHtmlClass": "math|text_html|has-math",  # outputs and folded answers hold formulas between dollars
    },
}

html_theme = "sphinx_book_theme"
html_title = "fusion_edu"
html_static_path = [str(mathjax()), str(ROOT / "static")]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_favicon = str(ROOT / "static/favicon.svg")
html_context = {"default_mode": "auto"}  # light or dark as the reader's system is, until they choose
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "navbar_persistent": [],  # the search field stands above the column already
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_prev_next": True,
    "home_page_in_toc": True,
}


def setup(app) -> None:
    """Docstrings in the house's style; and the pictures of the lessons lie beside the pages, not beside these settings."""
    app.connect("autodoc-process-docstring", docstrings.process, priority=400)  # before napoleon's
    app.connect("config-inited", lambda app, config: config.html_static_path.append(str(Path(app.srcdir) / "_static")))
