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

from fusion_edu import widgets
from fusion_edu.checks import check

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
# Back to the lesson: [notebooks/14_speech_text_video.ipynb](../notebooks/14_speech_text_video.ipynb)

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
