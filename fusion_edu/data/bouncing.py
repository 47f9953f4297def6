"""Drawn clips with sound: two balls bounce, one of them is heard."""

import torch
from torch import Tensor

from fusion_edu.data.gaussians import positive
from fusion_edu.data.samples import Samples

FRAMES, HEIGHT, WIDTH = 12, 12, 16  # pixels
PER_FRAME, CLIP_RATE = 400, 8000  # samples in a frame, and a second: 20 frames a second
FALL = 3.0  # pixels a frame


def clips(n: int, seed: int, *, delay: int = 0, noise: float = 0.15) -> Samples:
    """Two balls fall and bounce, at different times; one clack, at the bounce of one of them. Which ball is the loud one?

    The frames show two bounces and not which is heard. The sound tells when something hit the floor, and not what. Only what is seen
    and heard *at the same time* gives the answer.

    Args:
        n: rows, >= 1.
        seed: of all that is drawn.
        delay: frames by which the sound comes late (early where < 0), -3 to 3, as when a recorder starts late.
        noise: standard deviation of each pixel's noise; a tenth of it in the sound; >= 0.

    Returns:
        x["frames"] (n, 12, 1, 12, 16) float32, 20 frames a second; x["sound"] (n, 12, 400) float32, the samples of each
        frame's 50 ms, 8,000 a second; x["bounces"] (n, 2) long, the frame in which the left and the right ball touch the floor;
        y (n,) which is heard: 0 left, 1 right.

    Raises:
        ValueError: n < 1, a delay out of range, or noise < 0.
    """
    positive(n=n)
    if not -3 <= delay <= 3 or noise < 0:
        raise ValueError(f"delay is {delay} and noise {noise}, need -3 to 3 and >= 0")
    generator = torch.Generator().manual_seed(seed)
    first = torch.randint(3, 6, (n,), generator=generator)
    second = first + torch.randint(2, 4, (n,), generator=generator)
    order = torch.rand(n, generator=generator) < 0.5
    bounces = torch.where(order[:, None], torch.stack([first, second], 1), torch.stack([second, first], 1))
    y = torch.randint(0, 2, (n,), generator=generator)
    place = torch.tensor([3.5, 11.5]) + torch.randn(n, 2, generator=generator)
    frames = drawn(bounces, place) + noise * torch.randn(n, FRAMES, HEIGHT, WIDTH, generator=generator)
    heard = bounces.gather(1, y[:, None]).squeeze(1) + delay
    sound = clack(heard, generator) + 0.1 * noise * torch.randn(n, FRAMES * PER_FRAME, generator=generator)
    x = {"frames": frames.unsqueeze(2), "sound": sound.unflatten(1, (FRAMES, PER_FRAME)), "bounces": bounces}
    return Samples(x, y, ("left", "right"))


def drawn(bounces: Tensor, place: Tensor) -> Tensor:
    """(n, 12, 12, 16) two soft discs; each is as high above the floor as frames are missing to its bounce, or gone by."""
    time = torch.arange(FRAMES).view(1, -1, 1)
    height = (FALL * (time - bounces[:, None]).abs()).clamp(max=HEIGHT - 3.0)  # (n, 12, 2) pixels above the floor
    row, column = torch.arange(HEIGHT).view(-1, 1), torch.arange(WIDTH)
    centre = HEIGHT - 2.0 - height
    far = (row - centre[..., None, None]) ** 2 + (column - place[:, None, :, None, None]) ** 2  # (n, 12, 2, 12, 16)
    return torch.exp(-far / 3).amax(2)


def clack(frame: Tensor, generator: torch.Generator) -> Tensor:
    """(n, 4800) a short ringing from the beginning of that frame on, at a pitch that tells nothing."""
    n = len(frame)
    since = (torch.arange(FRAMES * PER_FRAME) - frame[:, None] * PER_FRAME) / CLIP_RATE  # s
    hertz = 500 + 400 * torch.rand(n, 1, generator=generator)
    ring = torch.exp(-since.clamp_min(0) / 0.02) * torch.sin(2 * torch.pi * hertz * since)
    return 0.5 * torch.where(since >= 0, ring, 0.0)
