"""A convolutional encoder of sound features such as MFCC."""

from torch import Tensor, nn

from fusion_edu.encoders.masks import frame_lengths, frame_mask, masked_mean
from fusion_edu.precision import check_dtype
from fusion_edu.shapes import expect


class SoundCNN(nn.Module):
    """Three convolutions over time, two of them halving it; the mean over the frames that exist.

    After each layer what lies behind the end is set to 0 again, so a recording gives the same features however long the
    batch is. Each frame is normalised over its own features: batch statistics would count the padding.

    Args:
        channels: features of a frame, e.g. 13 MFCC.
        width: D, features it gives.

    Shape: frames (B, T, channels), zeros behind the end of a recording; returns (B, D), zeros without any frame.
    Standardise with the training frames that exist, then put the zeros back.
    """

    def __init__(self, channels: int = 13, *, width: int = 64) -> None:
        super().__init__()
        self.channels, self.width = channels, width
        self.strides = (1, 2, 2)
        self.layers = nn.ModuleList(
            nn.Conv1d(inputs, width, 5, stride=stride, padding=2)
            for inputs, stride in zip((channels, width, width), self.strides, strict=True)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in self.layers)

    def forward(self, frames: Tensor) -> Tensor:
        expect(frames=(frames, f"B T {self.channels}"))
        check_dtype("frames", frames, self)
        if not frames.numel():
            return frames.new_zeros(len(frames), self.width)
        length, x = frame_lengths(frames), frames
        for layer, norm, stride in zip(self.layers, self.norms, self.strides, strict=True):
            x = layer(x.transpose(1, 2)).transpose(1, 2)  # (B, T', D)
            length = -(-length // stride)  # frames that exist, rounded up
            mask = frame_mask(length, x.shape[1])
            x = norm(x).relu().masked_fill(~mask.unsqueeze(2), 0.0)
        return masked_mean(x, mask)
