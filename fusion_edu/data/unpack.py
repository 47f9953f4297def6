"""Files of a fetched package that a library wants to see on the disk."""

import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from fusion_edu import storage
from fusion_edu.data.fetch import SOURCES, fetch

Members = dict[str, zipfile.ZipInfo]


def unpacked(source: str, folder: str) -> Path:
    """The files in ``folder`` of the package ``source`` and below it, unpacked into the cache: all of them or none.

    A file whose size is wrong is noticed and all are unpacked again. zipfile checks each file's CRC on the way.

    Raises:
        FetchError: the package is not there and cannot be had.
        OSError: the cache cannot be written.
    """
    with zipfile.ZipFile(fetch(source)) as package:
        members = {
            info.filename.removeprefix(f"{folder}/"): info
            for info in package.infolist()
            if info.filename.startswith(f"{folder}/") and not info.is_dir()
        }
        target = storage.cache() / "unpacked" / f"{source}-{SOURCES[source].sha256[:16]}"
        if _complete(target, members):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            for name, info in members.items():
                (beside / name).parent.mkdir(parents=True, exist_ok=True)
                (beside / name).write_bytes(package.read(info))
            _put(beside, target, members)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return target


def _complete(target: Path, members: Members) -> bool:
    try:
        return all((target / name).stat().st_size == info.file_size for name, info in members.items())
    except OSError:
        return False


def _put(beside: Path, target: Path, members: Members) -> None:
    """Rename into place; if another process was faster, its files are as good."""
    if target.exists() and not _complete(target, members):
        shutil.rmtree(target)
    try:
        os.replace(beside, target)
    except OSError:
        if not _complete(target, members):
            raise
