"""Run pip: a short line of progress, and on a failure one sentence that says what to do."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.launch import Problem, machine

NETWORK = "packages could not be downloaded; check the network (or proxy) and run this command again"


def environment() -> dict[str, str]:
    """What pip runs with: packages go into the environment and nowhere else."""
    elsewhere = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONDONTWRITEBYTECODE")
    return {**{name: value for name, value in os.environ.items() if name not in elsewhere}, "PIP_USER": "0"}


def run_pip(venv: Path, python: Path, root: Path, *arguments: str, title: str) -> None:
    """Run pip with a short progress line; on failure keep the log and say one sentence."""
    command = [
        str(python),
        "-m",
        "pip",
        *arguments,
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
    ]
    print(f"{title} ...", flush=True)
    here, log = 0, []
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment(),
        cwd=root,
    ) as process:
        for line in process.stdout:
            log.append(line)
            if found := re.match(r"\s*(?:Downloading|Using cached)\s+(\S+)(.*)", line):
                here += 1
                overwrite(f"  {here} fetched: {found[1].rsplit('/', 1)[-1]}{found[2]}")
            elif line.startswith("Installing collected packages"):
                overwrite(f"  {here} packages fetched; unpacking them ...")
    overwrite("")
    if process.returncode:
        text = "".join(log)
        errors = "\n".join(line for line in log if "ERROR" in line or "error" in line) or text
        with contextlib.suppress(OSError):
            (venv / "setup.log").write_text(text, encoding="utf-8")
        raise Problem(f"the installation stopped ({last_line(errors)[:200]}): {way_out(text, root)}")


def overwrite(text: str) -> None:
    """Show one line in the place of the last one, on a terminal; a log gets none of it."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print("\r" + text[:width].ljust(width) + ("" if text else "\r"), end="", flush=True)


def last_line(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no message")


def way_out(log: str, root: Path) -> str:
    """What to do about a failed install, read from what it printed."""
    if re.search(r"No space left|Errno 28|disk quota", log, re.I):
        return "the disk is full; free some space and run this command again"
    if re.search(r"do not match the hashes|hash mismatch", log, re.I):
        return "a download arrived damaged; run this command again"
    if re.search(
        r"name resolution|getaddrinfo|NewConnectionError|ConnectTimeout|Max retries|ProxyError|unreachable|ReadTimeout|"
        r"Connection (aborted|broken|reset|refused)|IncompleteRead",
        log,
        re.I,
    ):
        return NETWORK
    if re.search(r"No matching distribution found for torch\b", log):
        return (
            f"the package index has no PyTorch for Python {machine.dotted(sys.version_info[:2])} on this computer; look at "
            "`pip config list`, or try another Python, and run this command again"
        )
    if re.search(r"Could not find a version|No matching distribution", log):
        return NETWORK
    if re.search(r"Permission denied|Errno 13|Read-only", log, re.I):
        return f"{root} cannot be written; copy the course to a folder of your own"
    return "run this command again; if it stays, delete the folder .venv and start anew"
