"""The files beside the tests hold answers, right and wrong; they are imported by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
