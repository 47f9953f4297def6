"""Boxing, an Atari game of 1980 with its own sound: clips in which somebody scores, or nobody."""

import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import numpy as np
import torch

from fusion_edu import has
from fusion_edu.data.prepared import Arrays, prepared
from fusion_edu.data.samples import Samples
from fusion_edu.progress import Bar

ENGINE = Path(__file__).with_name("atari_engine.py")
HOW_TO_GET_BOXING = ".venv/bin/python -m pip install -r requirements-boxing.txt -c constraints.txt"


class MissingExtra(RuntimeError):
    """An optional package is not installed; the message is one sentence that says how to get it."""


def boxing(episodes: int = 12, *, progress: bool = True) -> Samples:
    """Clips of 0.4 s out of matches in which white moves at random and black is the game's own player.

    Played once (about 3 s a match), then read from the cache. The score on the screen is cut off; a clip shows the piece of the ring
    around the boxers. In "nobody" clips they are close, too. The same number of episodes gives the same clips.

    Args:
        episodes: matches, >= 1; each gives about 70 clips.
        progress: show a bar.

    Returns:
        x["frames"] (B, 8, 1, 24, 24) float32 grey in [0, 1], 20 frames a second; x["sound"] (B, 8, 1536) float32, what
        is heard in the 50 ms that end with the frame, 30,720 samples a second; y (B,) "white scores", "black scores",
        "nobody"; groups (B,) the match. Split by groups.

    Raises:
        MissingExtra: ale-py (GPL-2.0) is not installed: it is an optional extra.
        RuntimeError: the emulator failed.
    """
    if episodes < 1:
        raise ValueError(f"episodes is {episodes}, needs >= 1")
    if not has("ale_py"):
        raise MissingExtra(
            f"Boxing needs the optional package ale-py (GPL-2.0): run `{HOW_TO_GET_BOXING}` in the course's folder"
        )
    version = metadata.version("ale-py")
    made = prepared(
        "boxing", lambda: play(episodes, progress), sources=(), version=2, episodes=episodes, emulator=version
    )
    frames = torch.from_numpy(made["frames"]).float().unsqueeze(2) / 255
    sound = torch.from_numpy(made["sound"]).float() / 128
    sound -= sound.mean((1, 2), keepdim=True)  # the chip's silence is not 0
    y, groups = (torch.from_numpy(made[name]).long() for name in ("y", "episode"))
    return Samples({"frames": frames, "sound": sound}, y, ("white scores", "black scores", "nobody"), groups)


def play(episodes: int, progress: bool) -> Arrays:
    """What the emulator's process saved."""
    with tempfile.TemporaryDirectory() as folder, Bar(episodes, label="matches played", show=progress) as bar:
        file = Path(folder) / "clips.npz"
        command = [sys.executable, str(ENGINE), str(file), str(episodes)]
        with (
            open(Path(folder) / "log", "w+b") as log,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as game,
        ):
            assert game.stdout is not None  # a pipe, as asked for
            for _ in game.stdout:
                bar.step()
            if game.wait():
                log.seek(0)
                said = log.read().decode(errors="replace").strip().splitlines()
                raise RuntimeError(f"the emulator failed ({said[-1] if said else 'no message'})")
        with np.load(file) as saved:
            return dict(saved)
