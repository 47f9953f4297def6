"""Video: each frame on its own, the mean and the GRU against sums written out, and padding that must not matter."""

import pytest
import torch
import torch.nn.functional as F
from test_sequences import gru_by_hand

from fusion_edu.encoders import FrameCNN, VideoEncoder


@pytest.fixture
def frames():
    torch.manual_seed(0)
    return FrameCNN(1, 8, 12, features=5).double()


def test_each_frame_is_encoded_by_itself(frames, draw):
    (clips,) = draw(1, 2, 4, 1, 8, 12)
    whole = frames(clips)
    assert whole.shape == (2, 4, 5)
    for t in range(4):
        torch.testing.assert_close(frames(clips[:, t : t + 1])[:, 0], whole[:, t])


def test_place_is_kept(frames):
    left, right = torch.zeros(2, 1, 1, 1, 8, 12, dtype=torch.float64).unbind(0)
    left[..., 4, 2] = right[..., 4, 9] = 5.0
    assert (frames(left) - frames(right)).abs().max() > 1e-3


def test_the_mean_is_the_mean_and_forgets_the_order(frames, draw):
    (clips,) = draw(1, 3, 6, 1, 8, 12)
    encoder = VideoEncoder(frames)
    torch.testing.assert_close(encoder(clips), sum(frames(clips)[:, t] for t in range(6)) / 6)
    torch.testing.assert_close(encoder(clips.flip(1)), encoder(clips))


def test_the_gru_is_the_mean_of_its_states_and_hears_the_order(frames, draw):
    (clips,) = draw(1, 2, 6, 1, 8, 12)
    torch.manual_seed(1)
    encoder = VideoEncoder(frames, pool="gru", width=4).double()
    want = torch.stack([gru_by_hand(row, encoder.state_dict()) for row in frames(clips)])
    torch.testing.assert_close(encoder(clips), want)
    assert (encoder(clips.flip(1)) - encoder(clips)).abs().max() > 1e-3


@pytest.mark.parametrize("pool", ["mean", "gru"])
def test_padding_never_changes_the_result(frames, pool, draw, device):
    (clips,) = (t.to(device) for t in draw(1, 2, 5, 1, 8, 12))
    encoder = VideoEncoder(frames, pool=pool).double().to(device)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]], device=device).bool()
    got = encoder(clips, mask)
    torch.testing.assert_close(got[0], encoder(clips[:1])[0])
    torch.testing.assert_close(got[1], encoder(clips[1:, :2])[0])
    longer = F.pad(clips, (0, 0, 0, 0, 0, 0, 0, 3), value=9.0)
    torch.testing.assert_close(encoder(longer, F.pad(mask, (0, 3))), got)


def test_a_clip_of_no_frames_gives_zeros(frames):
    clips = torch.ones(1, 3, 1, 8, 12, dtype=torch.float64)
    assert not VideoEncoder(frames)(clips, torch.zeros(1, 3).bool()).any()


def test_refusals(frames):
    clips = torch.zeros(2, 3, 1, 8, 12, dtype=torch.float64)
    with pytest.raises(ValueError, match="pool is 'max', needs one of mean, gru"):
        VideoEncoder(frames, pool="max")
    with pytest.raises(ValueError, match=r"frames has shape \(2, 3, 1, 8, 11\), needs \(B, T, 1, 8, 12\)"):
        frames(clips[..., :11])
    with pytest.raises(ValueError, match="a frame is 9 x 12 pixels, needs multiples of 4"):
        FrameCNN(1, 9, 12)
    with pytest.raises(ValueError, match="mask has padding before a frame"):
        VideoEncoder(frames)(clips, torch.tensor([[0, 1, 1], [1, 1, 1]]).bool())
    with pytest.raises(ValueError, match=r"mask has shape \(2, 2\), needs \(2, 3\)"):
        VideoEncoder(frames)(clips, torch.ones(2, 2).bool())
