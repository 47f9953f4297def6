"""What `python3 start.py doctor` prints from inside the environment; changes nothing."""

import importlib.metadata as metadata
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def packages() -> list[str]:
    """Pinned packages that are missing or of another version."""
    wrong = []
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        if pin := re.match(r"([\w.-]+)==([\w.]+)", line):
            try:
                have = metadata.version(pin[1]).split("+")[0]
            except metadata.PackageNotFoundError:
                have = "missing"
            if have != pin[2]:
                wrong.append(f"{pin[1]} is {have}, needs {pin[2]}")
    return wrong


def device() -> str:
    """The device that training will use, in words."""
    import torch

    if torch.cuda.is_available():
        return f"{torch.cuda.get_device_name()} (CUDA {torch.version.cuda})"
    return f"CPU, {torch.get_num_threads()} thread(s); no CUDA device is needed for any lesson"


def main() -> int:
    """Print one line a thing; exit 1 where something is missing."""
    from fusion_edu import storage
    from fusion_edu.data import fetch

    wrong = packages()
    print("Packages    " + ("all as pinned" if not wrong else "; ".join(wrong)))
    print(f"Device      {device()}")
    rows = fetch.status()
    print(f"Data        {storage.cache()}")
    for row in rows:
        state = "here" if row["present"] else ("MISSING" if row["first"] else "not here (optional)")
        print(f"            {row['name']:17} {row['size'] / 1e6:6.1f} MB  {state:20} {row['licence']}")
    browser = next((b for b in ("chromium", "google-chrome", "chrome") if shutil.which(b)), None)
    print(
        "Browser     "
        + (f"{browser}, for the browser test" if browser else "no Chromium: `start.py test` skips the browser test")
    )
    missing = [row["name"] for row in rows if row["first"] and not row["present"]]
    if wrong or missing:
        print("\nTo mend it: python3 start.py")
        return 1
    print("\nAll is well.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
