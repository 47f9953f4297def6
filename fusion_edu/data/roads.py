"""A road that does not exist, with sensors in a row: jams start somewhere and travel against the traffic."""

import torch
from torch import Tensor

from fusion_edu.data.gaussians import positive

FREE, STEPS = 100.0, 96  # km/h on an empty road; readings a day, one every 15 minutes


def road(days: int, seed: int, *, sensors: int = 12) -> Tensor:
    """Mean speeds at the sensors of one road, every 15 minutes.

    What slows sensor k + 1, further down the road, slows sensor k one step later, a little less: jams travel against the
    traffic. New jams start anywhere, most of them in the rush hours.

    Args:
        days: >= 1.
        seed: of the jams and of the sensors' noise.
        sensors: K >= 1, in the order in which a car passes them.

    Returns:
        (96 * days, K) float32, km/h.

    Raises: ValueError: days or sensors < 1.
    """
    positive(days=days, sensors=sensors)
    draw = torch.Generator().manual_seed(seed)
    hour = torch.arange(STEPS * days) % STEPS * 24.0 / STEPS
    rush = torch.exp(-((hour - 8) ** 2) / 2) + torch.exp(-((hour - 17.5) ** 2) / 3)
    starts = torch.rand(len(hour), sensors, generator=draw) < (0.01 + 0.05 * rush)[:, None]
    size = 45 * torch.rand(len(hour), sensors, generator=draw) * starts  # (T, K) km/h lost
    slow = [torch.zeros(sensors)]
    for new in size[1:]:
        ahead = torch.cat([slow[-1][1:], torch.zeros(1)])  # what the next sensor lost, one step ago
        slow.append(0.35 * slow[-1] + 0.6 * ahead + new)
    noise = 3 * torch.randn(len(hour), sensors, generator=draw)
    return (FREE - torch.stack(slow) + noise).clamp_min(0.0)
