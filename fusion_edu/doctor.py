"""``fusion-edu doctor``: what is installed, which device, which data, and what mends what is missing. It changes nothing."""

import importlib.metadata as metadata
import re
import shutil
import sys
from pathlib import Path

from fusion_edu import has
from fusion_edu.optional import EXTRAS

__all__ = ["main"]

COURSE = Path(__file__).resolve().parents[1]  # the course's folder, where the library was installed from there
NEEDED = {"torch": "torch", "numpy": "numpy", "scipy": "scipy", "sklearn": "scikit-learn"}  # import name -> package


def main() -> int:
    """Print one line a thing; exit 1 where something is missing."""
    in_course = (COURSE / "start.py").is_file()
    wrong = pins(COURSE) if in_course else missing()
    print("Packages    " + ("; ".join(wrong) or ("all as pinned" if in_course else "all that the library needs")))
    if not in_course:
        for extra in dict.fromkeys(extra for _, extra in EXTRAS.values()):
            print(f"            [{extra}] {state_of(extra)}")
    print(f"Device      {'unknown without torch' if not has('torch') else device()}")
    lacking = data() if has("platformdirs") and has("tqdm") else []
    if in_course:
        browser = next((b for b in ("chromium", "google-chrome", "chrome") if shutil.which(b)), None)
        print(
            "Browser     "
            + (f"{browser}, for the browser test" if browser else "no Chromium: `start.py test` skips the browser test")
        )
    if in_course and (wrong or lacking):
        print("\nTo mend it: python3 start.py")
        return 1
    if wrong:
        print("\nTo mend it: python -m pip install fusion_edu")
        return 1
    if lacking:
        print("\nTo fetch the data: fusion-edu data")
    print("\nAll is well.")
    return 0


def pins(course: Path) -> list[str]:
    """Packages of a learner that are missing, or of another version than constraints.txt pins."""
    pinned = {}
    for line in (course / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if pin := re.match(r"([\w.-]+)==([\w.]+)", line):
            pinned[plain(pin[1])] = pin[2]
    wrong = []
    for line in (course / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"[\w.-]+", line):
            have, needs = version(found[0]), pinned.get(plain(found[0]))
            if have != needs:
                wrong.append(f"{found[0]} is {have}, needs {needs or 'a line in constraints.txt'}")
    return wrong


def plain(name: str) -> str:
    """A package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def version(package: str) -> str:
    """The installed version without a local part such as +cpu, or "missing"."""
    try:
        return metadata.version(package).split("+")[0]
    except metadata.PackageNotFoundError:
        return "missing"


def missing() -> list[str]:
    """What the library itself needs and does not find."""
    return [f"{package} is missing" for name, package in NEEDED.items() if not has(name)]


def state_of(extra: str) -> str:
    """Whether the packages that an extra adds are here, in words."""
    lacking = [package for name, (package, of) in EXTRAS.items() if of == extra and not has(name)]
    return "complete" if not lacking else f"not installed ({', '.join(lacking)})"


def device() -> str:
    """The device that training will use, in words."""
    import torch

    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()} (CUDA {torch.version.cuda})"
    return f"CPU, {torch.get_num_threads()} thread(s); no CUDA device is needed for any lesson"


def data() -> list[str]:
    """Print a row for each file of data; give the names of those that the first lessons lack."""
    from fusion_edu import storage
    from fusion_edu.data import fetch

    rows = fetch.status()
    print(f"Data        {storage.cache()}")
    for row in rows:
        state = "here" if row["present"] else ("MISSING" if row["first"] else "not here (optional)")
        print(f"            {row['name']:17} {row['size'] / 1e6:6.1f} MB  {state:20} {row['licence']}")
    return [row["name"] for row in rows if row["first"] and not row["present"]]


if __name__ == "__main__":
    sys.exit(main())
