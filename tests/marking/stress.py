"""Mark every attack and every honest answer, and watch what happens around them: ``python stress.py FOLDER``.

Writes FOLDER/stress.json: by attack its marks, what it found, which files changed, which processes are left.
"""

import hashlib
import json
import os
import socket
import sys
from pathlib import Path

import attacks
import classroom

from fusion_edu.autograder.marking.marker import Marker
from fusion_edu.autograder.sandbox.host import Host
from fusion_edu.autograder.sandbox.inside.limits import Limits
from fusion_edu.tasks import COURSE

NAP = f"{100_000 + os.getpid()}"  # by its argument a process is known that was left behind
LIMITS = Limits(cell=1.5, task=1.5, run=12)


def fingerprint(folders: list[Path]) -> dict[str, str]:
    """Hashes of all files below, and of what the files of temporary folders are called."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for folder in folders
        for path in folder.rglob("*")
        if path.name != "stress.json"
    }


def processes() -> set[int]:
    """All processes that descend from this one, or that no parent keeps."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
                if NAP.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                    parents[int(entry.name)] = os.getpid()
            except OSError:
                continue
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def main(folder: Path) -> None:
    """Lay out what must not be touched, then let them all try."""
    secret = folder / "marks"
    secret.mkdir(exist_ok=True)
    (secret / "gradebook.db").write_text("CANARY of the marks")
    (secret / "other.ipynb").write_text("CANARY of another submission")
    os.environ["FUSION_CANARY"] = "CANARY of the environment"
    listeners = [socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)]
    listeners[1].bind(f"\0fusion-canary-{os.getpid()}")
    listeners[1].listen()
    paths = [
        str(secret),
        *map(str, secret.iterdir()),
        __file__,
        str(Path(__file__).parents[2] / "solutions"),
        "/etc/passwd",
    ]
    words = {
        "3171": NAP,
        "SECRETS": repr(paths),
        "PORT": str(listeners[0].getsockname()[1]),
        "fusion-canary": f"fusion-canary-{os.getpid()}",
    }
    warm = Host(COURSE, "namespaces", (secret,))
    before, alive = fingerprint([secret]), processes()
    marker, told = Marker(COURSE, warm, "secret", LIMITS), {}
    for kind, sources in (("honest", attacks.HONEST), ("hostile", attacks.ATTACKS)):
        for name, source in sources.items():
            for word, content in words.items():
                source = source.replace(word, content)
            result = marker.mark(classroom.notebook(classroom.cells(source)), "x.ipynb", "x")
            told[f"{kind}: {name}"] = {
                "points": {mark["task"]: mark["points"] for mark in result["marks"]},
                "outcome": next(mark["outcome"] for mark in result["marks"] if mark["task"] == "04.3"),
                "found": "FOUND" in json.dumps(result["marks"]).replace("'FOUND", ""),
                "text": next(mark["message"] for mark in result["marks"] if mark["task"] == "04.3"),
                "changed": sorted(set(fingerprint([secret]).items()) ^ set(before.items())),
                "left": sorted(processes() - alive),
                "warm": warm.process.poll() is None,
                "seconds": result["seconds"],
            }
    warm.close()
    (folder / "stress.json").write_text(json.dumps({"uid": os.getuid(), "landlock": warm.landlock, "told": told}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
