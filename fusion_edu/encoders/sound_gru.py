"""A recurrent encoder of sound features such as MFCC."""

from torch import Tensor, nn

from fusion_edu.encoders.masks import frame_lengths, frame_mask, masked_mean
from fusion_edu.precision import check_dtype
from fusion_edu.shapes import expect


class SoundGRU(nn.Module):
    """Reads the frames in order; the mean of its states over the frames that exist describes the recording.

    Args:
        channels: features of a frame, e.g. 13 MFCC.
        width: D, size of the state.

    Shape: frames (B, T, channels), zeros behind the end of a recording; returns (B, D), zeros without any frame.
    Standardise with the training frames that exist, then put the zeros back.

    Source: Cho 2014, arXiv:1406.1078.
    """

    def __init__(self, channels: int = 13, *, width: int = 64) -> None:
        super().__init__()
        self.channels, self.width = channels, width
        self.gru = nn.GRU(channels, width, batch_first=True)

    def forward(self, frames: Tensor) -> Tensor:
        steps = expect(frames=(frames, f"B T {self.channels}"))["T"]
        check_dtype("frames", frames, self)
        if not frames.numel():
            return frames.new_zeros(len(frames), self.width)
        states, _ = self.gru(frames)  # (B, T, D); padding comes after a recording's frames and cannot reach them
        return masked_mean(states, frame_mask(frame_lengths(frames), steps))
