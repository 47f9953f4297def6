"""A convolutional encoder of sensor recordings."""

from torch import Tensor, nn

from fusion_edu.precision import check_dtype
from fusion_edu.shapes import expect


class SensorCNN(nn.Module):
    """Three convolutions over time, each halving it, then the mean over what is left.

    Args:
        channels: axes of the sensor, e.g. 3.
        width: D, features it gives.

    Shape: signal (B, channels, T), T >= 16 steps; returns (B, D).
    All windows of a batch have the same length, so there is no padding: cut recordings into windows first.

    Raises: ValueError: another number of channels, or fewer steps.
    """

    def __init__(self, channels: int = 3, *, width: int = 64) -> None:
        super().__init__()
        self.channels, self.width = channels, width
        sizes = (channels, 32, 64, width)
        self.layers = nn.Sequential(*(_halve(a, b) for a, b in zip(sizes, sizes[1:], strict=False)))

    def forward(self, signal: Tensor) -> Tensor:
        steps = expect(signal=(signal, f"B {self.channels} T"))["T"]
        if steps < 16:
            raise ValueError(f"signal has {steps} steps, needs at least 16")
        check_dtype("signal", signal, self)
        return self.layers(signal).mean(2)


def _halve(inputs: int, outputs: int) -> nn.Sequential:
    """Look at 0.14 s of a 50 Hz signal, normalise, halve."""
    return nn.Sequential(
        nn.Conv1d(inputs, outputs, 7, padding=3, bias=False), nn.BatchNorm1d(outputs), nn.ReLU(), nn.MaxPool1d(2)
    )
