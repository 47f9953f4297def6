"""Plausible wrong answers to the tasks of lesson 14: each must be rejected."""

import torch
import torch.nn.functional as F


def frames_not_the_first(x, size, hop):
    rows = [x[start : start + size] for start in range(hop, len(x) - size + 1, hop)]
    return torch.stack(rows) if rows else x.new_zeros(0, size)


def frames_short_padded(x, size, hop):
    x = F.pad(x, (0, max(0, size - len(x))))
    return x.unfold(0, size, hop)


def frames_windowed(x, size, hop):
    if len(x) < size:
        return x.new_zeros(0, size)
    return x.unfold(0, size, hop) * torch.hann_window(size, dtype=x.dtype)


def pick_float(n_frames, k):
    return (torch.arange(k) + 0.5) * n_frames / k


def pick_whole_segments(n_frames, k):
    return torch.tensor([i * (n_frames // k) + n_frames // (2 * k) for i in range(k)]).clamp(0, n_frames - 1)


def pick_last_half(n_frames, k):
    return torch.floor((torch.arange(k) + 0.5) * (n_frames - 1) / k).long()


def offset_covariance(a, b, max_lag):
    def score(lag):
        x = a[: len(a) - lag] if lag >= 0 else a[-lag:]
        y = b[lag:] if lag >= 0 else b[: len(b) + lag]
        return ((x - x.mean()) * (y - y.mean())).mean().item()

    return max(sorted(range(-max_lag, max_lag + 1), key=lambda lag: (abs(lag), lag)), key=score)


def offset_of_peaks(a, b, max_lag):
    lag = int(b.argmax()) - int(a.argmax())
    return max(-max_lag, min(max_lag, lag))


def offset_shared_means(a, b, max_lag):
    a, b = a - a.mean(), b - b.mean()

    def score(lag):
        x = a[: len(a) - lag] if lag >= 0 else a[-lag:]
        y = b[lag:] if lag >= 0 else b[: len(b) + lag]
        return ((x * y).sum() / (x.norm() * y.norm()).clamp_min(1e-9)).item()

    return max(sorted(range(-max_lag, max_lag + 1), key=lambda lag: (abs(lag), lag)), key=score)


WRONG = {
    "14.1": [frames_not_the_first, frames_short_padded, frames_windowed],
    "14.2": [pick_float, pick_whole_segments, pick_last_half],
    "14.3": [offset_covariance, offset_of_peaks, offset_shared_means],
}
