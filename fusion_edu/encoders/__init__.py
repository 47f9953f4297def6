"""Encoders: raw modality in, (B, D) features out; one a file.

What holds for all of them:

- ``encoder(x)`` takes one tensor with B rows and returns (B, ``encoder.width``).
- Row i of the result depends on row i alone in eval mode, and padding never changes it.
- Pictures are (B, channels, H, W) in [0, 1]; what pretrained weights want beyond that happens inside.
- Device and dtype come from the weights and the input; ``freeze`` stops one from learning.

Names are loaded at first use, so that one encoder does not wait for another's libraries.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "SmallCNN": "small_cnn",
    "VGG16": "vgg16",
    "EfficientNetLite0": "efficientnet",
    "Vocabulary": "vocabulary",
    "Symbols": "symbols",
    "TextLSTM": "text_lstm",
    "MiniLM": "minilm",
    "SoundGRU": "sound_gru",
    "SoundCNN": "sound_cnn",
    "SensorCNN": "sensor_cnn",
    "FrameCNN": "video",
    "VideoEncoder": "video",
    "log_mel": "mel",
    "mel_filters": "mel",
    "energy": "prosody",
    "pitch": "prosody",
    "freeze": "freezing",
    "unfreeze": "freezing",
    "cached": "cache",
    "patches": "patching",
    "encode": "features",
    "image_features": "features",
    "text_features": "features",
    "voice_features": "voice",
}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
