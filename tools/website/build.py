"""Build the site: python tools/website/build.py [FOLDER], by default build/site. Runs in .venv-site, and asks no network."""

import shutil
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
# autodoc imports the library: what it needs is in .venv, and comes after Sphinx's own packages
sys.path.append(sysconfig.get_path("purelib", vars={"base": str(ROOT / ".venv")}))

from sphinx.cmd.build import build_main  # noqa: E402

from tools.website.stage import stage  # noqa: E402


def build(site: Path) -> int:
    """Build the site anew into a folder, and say how large it is; the exit status is Sphinx's."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        stage(Path(folder) / "pages")
        shutil.rmtree(site, ignore_errors=True)
        settings = str(Path(__file__).parent)
        status = build_main(["-q", "-E", "-c", settings, "-d", f"{folder}/read", f"{folder}/pages", str(site)])
    if not status:
        (site / ".nojekyll").touch()  # GitHub Pages would leave folders out that begin with _
        files = [path for path in site.rglob("*") if path.is_file()]
        pages = sum(path.suffix == ".html" for path in files)
        size = sum(path.stat().st_size for path in files) / 2**20
        print(f"{pages} pages, {size:.0f} MB, {time.monotonic() - start:.0f} s: {site / 'index.html'}")
    return status


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build/site"))
