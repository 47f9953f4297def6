"""A synthetic voice that reads any text: eSpeak NG, out of its wheel, with the knobs that make prosody."""

import ctypes.util
import json
import platform
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from fusion_edu.data.fetch import SOURCES, FetchError
from fusion_edu.data.unpack import unpacked
from fusion_edu.progress import Bar
from fusion_edu.shapes import expect

ENGINE = Path(__file__).with_name("speech_engine.py")
SAMPLE_RATE = 22050  # Hz, what the engine gives
RATES, KNOB = (80, 450), (0, 99)  # what the engine can do: words a minute; pitch and pitch range


def speak(texts: Sequence[str], settings: Tensor, *, progress: bool = False) -> list[Tensor]:
    """Read texts aloud. Nobody speaks here: every sound is computed by eSpeak NG's formant synthesis.

    Args:
        texts: B strings in English; one without any word gives a clip of no samples.
        settings: (B, 3), one row a text: rate in words a minute (80 to 450), pitch and pitch range (each 0 to 99, the
            voice's own is 50 and 50); rounded to whole numbers. A range near 0 is monotonous.
        progress: show a bar.

    Returns:
        B waveforms (T,) float32 in [-1, 1], 22,050 samples a second. The same lists give the same samples; the engine
        carries a trace of one text into the next, so a text alone differs from it by a fraction of a percent.

    Raises:
        ValueError: a setting is out of its range.
        FetchError: eSpeak NG is not there and cannot be had; on Linux computers without a wheel it says what to install.
    """
    expect(settings=(settings, f"{len(texts)} 3"))
    wanted = settings.round().long().tolist()
    for name, column, (low, high) in zip(
        ("rate", "pitch", "range"), zip(*wanted, strict=True), (RATES, KNOB, KNOB), strict=False
    ):
        if not low <= min(column) <= max(column) <= high:
            raise ValueError(f"settings has a {name} of {min(column)} to {max(column)}, needs {low} to {high}")
    requests = json.dumps([[text, *row] for text, row in zip(texts, wanted, strict=True)]).encode()
    command = [sys.executable, str(ENGINE), *library()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as engine:
        return read(engine, requests, len(texts), progress)


def read(engine: subprocess.Popen[bytes], requests: bytes, count: int, progress: bool) -> list[Tensor]:
    """The waveforms as the engine makes them, one after the other."""
    assert engine.stdin is not None
    assert engine.stdout is not None
    assert engine.stderr is not None
    try:
        engine.stdin.write(requests)
        engine.stdin.close()
        (rate,) = struct.unpack("=i", engine.stdout.read(4))
        waves = []
        with Bar(count, label="sentences spoken", show=progress) as bar:
            for _ in range(count):
                (length,) = struct.unpack("=i", engine.stdout.read(4))
                samples = torch.frombuffer(bytearray(engine.stdout.read(2 * length) or b"\0\0"), dtype=torch.int16)
                waves.append(samples[:length].float() / 32768)
                bar.step()
    except (struct.error, OSError) as error:
        engine.kill()
        said = engine.stderr.read().decode(errors="replace").strip().splitlines()
        raise FetchError(f"eSpeak NG does not run here ({said[-1] if said else 'no message'}): {WAY_OUT}") from error
    if rate != SAMPLE_RATE:
        raise FetchError(f"eSpeak NG gives {rate} samples a second, needs {SAMPLE_RATE}: {WAY_OUT}")
    return waves


WAY_OUT = "part A of lesson 14 needs it; on Debian or Ubuntu `sudo apt install libespeak-ng1` brings one"


def library() -> list[str]:
    """Paths of the engine's library and of its data: out of the wheel or, where there is no wheel, the system's own."""
    if "espeak" in SOURCES:
        folder = unpacked("espeak", "espeakng_loader")
        name = {"Windows": "espeak-ng.dll", "Darwin": "libespeak-ng.dylib"}.get(platform.system(), "libespeak-ng.so")
        return [str(folder / name), str(folder)]
    found = ctypes.util.find_library("espeak-ng")
    if found is None:
        here = f"{platform.system()} {platform.machine()}"
        raise FetchError(f"there is no package of eSpeak NG for {here}: {WAY_OUT}")
    return [found]
