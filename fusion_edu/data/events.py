"""One event seen by four streams, each with its own clock: a ball falls and hits the ground."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

PICTURE_RATE, SOUND_RATE, SENSOR_RATE = 12.0, 8000.0, 50.0  # Hz
SENSORS = ("acceleration (g)", "pressure (hPa)", "temperature (°C)", "light (lx)")
WORDS = ("a", "red", "ball", "falls", "down", "and", "hits", "the", "ground")
SIDE = 24  # pixels


@dataclass(frozen=True)
class Stream:
    """One modality of an event: T values and the second at which each was taken; ``rate`` in Hz, None if irregular."""

    values: Tensor | tuple[str, ...]
    times: Tensor
    unit: str
    rate: float | None


@dataclass(frozen=True)
class Event:
    """Streams by name, the second of the impact, and how long the recording is (s)."""

    streams: dict[str, Stream]
    impact: float
    seconds: float


def event(seed: int = 0, *, seconds: float = 2.0, missing: float = 0.05) -> Event:
    """A recording of a ball that falls from rest and hits the ground.

    Args:
        seed: of the moment of impact (0.4 to 0.7 of the recording), the noise, the words' times and the holes.
        seconds: length, 1 to 10 s.
        missing: share of the sensor table's cells that are NaN, 0 <= share < 1.

    Returns:
        streams "picture" (T, 3, 24, 24) in [0, 1] at 12 Hz; "caption" 9 words, spoken at irregular times; "sound" (T,)
        in [-1, 1] at 8 kHz; "sensors" (T, 4) at 50 Hz with holes, columns as in ``SENSORS``. The words "hits" and
        "ground" come after the impact: people report what has happened.

    Raises:
        ValueError: seconds or missing out of range.
    """
    if not 1 <= seconds <= 10:
        raise ValueError(f"seconds is {seconds}, needs 1 to 10")
    if not 0 <= missing < 1:
        raise ValueError(f"missing is {missing}, needs 0 <= missing < 1")
    generator = torch.Generator().manual_seed(seed)
    impact = seconds * (0.4 + 0.3 * torch.rand((), generator=generator).item())
    streams = {
        "picture": picture(clock(seconds, PICTURE_RATE), impact, generator),
        "caption": caption(impact, seconds, generator),
        "sound": sound(clock(seconds, SOUND_RATE), impact, generator),
        "sensors": sensors(clock(seconds, SENSOR_RATE), impact, missing, generator),
    }
    return Event(streams, impact, seconds)


def clock(seconds: float, rate: float) -> Tensor:
    """(T,) seconds of the samples taken at ``rate`` Hz."""
    return torch.arange(round(seconds * rate), dtype=torch.float64) / rate


def picture(times: Tensor, impact: float, generator: torch.Generator) -> Stream:
    """Frames of a red ball: it speeds up until the impact and lies still after it."""
    fall = (times / impact).clamp(max=1.0) ** 2  # share of the height already fallen
    height = 3.0 + 16.0 * fall  # row of the centre, pixels from the top
    axis = torch.arange(SIDE, dtype=torch.float64)
    inside = (axis[None, :, None] - height[:, None, None]) ** 2 + (axis[None, None, :] - SIDE / 2) ** 2 < 9.0
    frames = inside[:, None].float() * torch.tensor([1.0, 0.1, 0.1])[:, None, None]  # (T, 3, 24, 24)
    frames[:, :, 22:] = 0.5  # the ground
    noise = 0.05 * torch.randn(frames.shape, generator=generator)
    return Stream((frames + noise).clamp(0, 1), times, "brightness (1)", PICTURE_RATE)


def caption(impact: float, seconds: float, generator: torch.Generator) -> Stream:
    """Words before the impact and after it, at irregular times in order."""
    before = WORDS.index("hits")
    early = torch.rand(before, generator=generator, dtype=torch.float64) * impact
    late = impact + torch.rand(len(WORDS) - before, generator=generator, dtype=torch.float64) * (seconds - impact)
    return Stream(WORDS, torch.cat([early.sort().values, late.sort().values]), "word", None)


def sound(times: Tensor, impact: float, generator: torch.Generator) -> Stream:
    """Silence with a hiss, and at the impact a thud of 180 Hz that dies away within a few tenths of a second."""
    since = (times - impact).clamp(min=0)
    thud = (times >= impact) * torch.exp(-since / 0.06) * torch.sin(2 * math.pi * 180 * since)
    hiss = 0.01 * torch.randn(len(times), generator=generator)
    return Stream((0.8 * thud + hiss).clamp(-1, 1).float(), times, "amplitude (1)", SOUND_RATE)


def sensors(times: Tensor, impact: float, missing: float, generator: torch.Generator) -> Stream:
    """Four columns of very different size; only the first one feels the impact: nothing before it, 6 g, then a decay."""
    spike = 6.0 * (times >= impact) * torch.exp(-(times - impact).clamp(min=0) / 0.04)
    columns = [spike, 1013.0 + 0.0 * times, 21.0 + 0.2 * times, 400.0 + 20.0 * torch.sin(2 * math.pi * times)]
    noise = torch.tensor([0.05, 0.1, 0.02, 2.0]) * torch.randn(len(times), 4, generator=generator)
    table = torch.stack(columns, dim=1).float() + noise
    holes = torch.rand(table.shape, generator=generator) < missing
    return Stream(table.masked_fill(holes, torch.nan), times, "one unit a column", SENSOR_RATE)
