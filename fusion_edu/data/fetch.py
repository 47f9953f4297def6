"""Bring the data files into the user's cache and verify them: ``python -m fusion_edu.data.fetch [--offline] [--list] [NAME ...]``.

A file counts only after its SHA-256 was seen to be right. It is downloaded beside and renamed, so that neither a cut
download nor another process fetching the same file can leave a part of it in place.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from tqdm import tqdm

from fusion_edu.data.download import AGAIN, FetchError, Run, download, explain, run_pip
from fusion_edu.data.sources import FIRST_LESSONS, SOURCES, Source
from fusion_edu.data.verify import downloads, sha256, stamp, verified

__all__ = ["FIRST_LESSONS", "SOURCES", "FetchError", "Source", "downloads", "fetch", "fetch_all", "status"]


def fetch(name: str, *, offline: bool = False, run: Run = run_pip) -> Path:
    """Path of one verified file, downloaded if it is not there. Arguments and errors as for ``fetch_all``."""
    return fetch_all([name], offline=offline, run=run)[0]


def fetch_all(names: Sequence[str], *, offline: bool = False, run: Run = run_pip) -> list[Path]:
    """Paths of verified files, in the order of ``names``; what is missing or damaged is downloaded, under one progress bar.

    Args:
        names: keys of ``SOURCES``.
        offline: never download.
        run: starts pip; tests put another one in its place.

    Raises:
        ValueError: a name is not in SOURCES.
        FetchError: one sentence that says what to do. Files finished before it stay, and a second run goes on from there.
    """
    if unknown := sorted(set(names) - set(SOURCES)):
        raise ValueError(f"name is {unknown[0]!r}, needs one of {', '.join(SOURCES)}")
    missing = [source for source in (SOURCES[name] for name in dict.fromkeys(names)) if not verified(source)]
    if missing and offline:
        what = ", ".join(source.filename for source in missing)
        raise FetchError(
            f"{what} not in {downloads()} and --offline forbids downloading: run `python3 start.py` with a network once"
        )
    if missing:
        total = sum(source.size for source in missing)
        pace = 0.1 if sys.stderr.isatty() else 5.0  # a log file needs fewer lines than a screen
        with tqdm(total=total, unit="B", unit_scale=True, mininterval=pace, desc="data") as bar:
            for source in missing:
                bar.set_description(f"{source.what} ({source.size / 1e6:.1f} MB)")
                bring(source, bar, run)
    return [downloads() / SOURCES[name].filename for name in names]


def bring(source: Source, bar: tqdm, run: Run) -> None:
    """Download one file beside, verify it, move it into place; ``bar`` goes forward by ``source.size`` in all."""
    folder, start = downloads(), bar.n

    def on_bytes(arrived: int) -> None:
        bar.update(max(0, start + min(arrived, source.size) - bar.n))

    beside = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        if shutil.disk_usage(folder).free < 2 * source.size:  # pip copies once
            raise FetchError(explain("no space left", source, folder))
        beside = Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
        file = download(source, beside, on_bytes=on_bytes, run=run)
        if sha256(file) != source.sha256:
            raise FetchError(explain("hash mismatch", source, folder))
        os.replace(file, folder / source.filename)
        stamp(source)
        on_bytes(source.size)
    except OSError as error:
        raise FetchError(explain(f"{error.strerror or ''} {error}", source, folder)) from error
    finally:
        if beside is not None:
            shutil.rmtree(beside, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what a killed process left behind more than a day ago."""
    for old in folder.glob(".part-*"):
        try:
            if time.time() - old.stat().st_mtime > 86_400:
                shutil.rmtree(old, ignore_errors=True)
        except OSError:
            continue


class Status(TypedDict):
    """What is known of one source."""

    name: str
    present: bool  # and verified
    first: bool  # needed by lessons 00 to 12
    size: int  # bytes
    what: str
    licence: str
    link: str


def status() -> list[Status]:
    """One row a source."""
    return [
        {
            "name": name,
            "present": verified(source),
            "first": name in FIRST_LESSONS,
            "size": source.size,
            "what": source.what,
            "licence": source.licence,
            "link": source.link,
        }
        for name, source in SOURCES.items()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code, 0 when every file asked for is there and verified."""
    parser = argparse.ArgumentParser(prog="python -m fusion_edu.data.fetch", description="Fetch and verify the data.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: what lessons 00 to 12 read")
    parser.add_argument("--offline", action="store_true", help="download nothing, only verify")
    parser.add_argument("--list", action="store_true", help="show what is there, with sizes and licences")
    options = parser.parse_args(arguments)
    if options.list:
        for row in status():
            there = "present" if row["present"] else "missing"
            print(f"{row['name']:<17} {there}  {row['size'] / 1e6:5.1f} MB  {row['what']}  [{row['licence']}]")
        return 0
    try:
        fetch_all(options.names or FIRST_LESSONS, offline=options.offline)
    except (FetchError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"interrupted: {AGAIN} to go on, finished files stay", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
