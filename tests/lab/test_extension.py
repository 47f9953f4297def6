"""The extension of JupyterLab: browsers keep its file, so a new one has a new name."""

import hashlib
import json
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "tools/labextension/fusion-edu"


def test_the_file_is_named_after_its_content():
    named = FOLDER / json.loads((FOLDER / "package.json").read_text())["jupyterlab"]["_build"]["load"]
    assert hashlib.sha256(named.read_bytes()).hexdigest()[:8] in named.name
    assert [path.name for path in (FOLDER / "static").iterdir()] == [named.name]
