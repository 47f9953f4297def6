# %% [markdown]
# # Exercises 14 · Speech, text, video, sound
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.
# The lesson: [notebooks/14_speech_text_video.ipynb](../notebooks/14_speech_text_video.ipynb)

# %%
import torch

from fusion_edu import data, widgets
from fusion_edu.checks import check, defend

# %% [markdown] task="14.1"

# %% answer="14.1"


def frame_signal(x, size, hop):
    """The complete frames of a waveform (T,), one every ``hop`` samples: (F, size)."""
    ### BEGIN SOLUTION
    starts = range(0, len(x) - size + 1, hop)
    return torch.stack([x[start : start + size] for start in starts]) if starts else x.new_zeros(0, size)
    ### END SOLUTION


# %% check="14.1"
check("14.1", frame_signal)

# %% [markdown] task="14.2"

# %% answer="14.2"


def sample_frames(n_frames, k):
    """The frame in the middle of each of k equal segments: (k,) int64."""
    ### BEGIN SOLUTION
    return (2 * torch.arange(k) + 1) * n_frames // (2 * k)
    ### END SOLUTION


# %% check="14.2"
check("14.2", sample_frames)

# %% [markdown] task="14.3"

# %% answer="14.3"


def best_offset(a, b, max_lag):
    """The lag at which a[t] and b[t + lag] correlate best; positive where b is late."""
    ### BEGIN SOLUTION
    best, found = -2.0, 0
    for lag in sorted(range(-max_lag, max_lag + 1), key=lambda lag: (abs(lag), lag)):
        x, y = a[max(0, -lag) : len(a) - max(0, lag)], b[max(0, lag) : len(b) - max(0, -lag)]
        x, y = x - x.mean(), y - y.mean()
        r = (x @ y / (x.norm() * y.norm()).clamp_min(1e-9)).item()
        if r > best + 1e-6:  # clearly better: in a tie the smaller lag stays
            best, found = r, lag
    return found
    ### END SOLUTION


# %% check="14.3"
check("14.3", best_offset)

# %% [markdown]
# ## Open task: from how few clips can a delay be found?
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# To find a delay by correlation you need one number a frame from the video. Here are two: how bright it is near the floor, and
# how much the picture changes from the frame before. Make up a third if you like. Choose how many clips a recording has and
# how noisy they are. A run is one seed: 30 recordings with delays of -3 to 3 frames, scored by the share whose delay your
# `best_offset` finds. Write down your prediction and, for "the same", your margin. Then run at least five seeds and conclude:
# is the first signal `"better"`, `"worse"`, `"the same"` (name the `margin`), or is a difference `"not shown"`?

# %%
CLIPS, NOISE, RUNS = 2, 0.6, range(5)


def brightness(frames):
    """(B, T) mean brightness of the lowest four rows."""
    return frames[:, :, 0, -4:].mean((2, 3))


def change(frames):
    """(B, T) mean absolute difference from the frame before; 0 for the first."""
    step = frames.diff(dim=1).abs().mean((2, 3, 4))
    return torch.cat([torch.zeros_like(step[:, :1]), step], dim=1)


def share_found(signal, seed, recordings=30):
    """Share of the recordings whose delay is found from this signal."""
    right = 0
    for k in range(recordings):
        delay = k % 7 - 3
        clips = data.clips(CLIPS, 1000 * seed + k, delay=delay, noise=NOISE)
        energy = clips.x["sound"].square().mean(2)
        right += best_offset(signal(clips.x["frames"]).flatten(), energy.flatten(), 3) == delay
    return right / recordings


runs = {}  # two signals: {"brightness": [share_found(brightness, seed) for seed in RUNS], "change": [...]}
conclusion = None
defend("14.open", runs, conclusion)

# %% [markdown]
# Back to the lesson: [notebooks/14_speech_text_video.ipynb](../notebooks/14_speech_text_video.ipynb)

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
