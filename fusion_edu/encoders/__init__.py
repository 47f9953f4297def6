"""Encoders: raw modality in, (B, D) features out; one a file.

What holds for all of them:

- ``encoder(x)`` takes one tensor with B rows and returns (B, ``encoder.width``).
- Row i of the result depends on row i alone in eval mode, and padding never changes it.
- Pictures are (B, channels, H, W) in [0, 1]; what pretrained weights want beyond that happens inside.
- Device and dtype come from the weights and the input; ``freeze`` stops one from learning.

Names are loaded at first use, so that one encoder does not wait for another's libraries.
"""

from typing import TYPE_CHECKING

from fusion_edu.optional import lazy

if TYPE_CHECKING:  # what editors and mypy read; _HOME says the same, and a test compares them
    from fusion_edu.encoders.cache import cached
    from fusion_edu.encoders.efficientnet import EfficientNetLite0
    from fusion_edu.encoders.features import encode, image_features, text_features
    from fusion_edu.encoders.freezing import freeze, unfreeze
    from fusion_edu.encoders.mel import log_mel, mel_filters
    from fusion_edu.encoders.minilm import MiniLM
    from fusion_edu.encoders.patching import patches
    from fusion_edu.encoders.prosody import energy, pitch
    from fusion_edu.encoders.sensor_cnn import SensorCNN
    from fusion_edu.encoders.small_cnn import SmallCNN
    from fusion_edu.encoders.sound_cnn import SoundCNN
    from fusion_edu.encoders.sound_gru import SoundGRU
    from fusion_edu.encoders.symbols import Symbols
    from fusion_edu.encoders.text_lstm import TextLSTM
    from fusion_edu.encoders.vgg16 import VGG16
    from fusion_edu.encoders.video import FrameCNN, VideoEncoder
    from fusion_edu.encoders.vocabulary import Vocabulary
    from fusion_edu.encoders.voice import voice_features

__all__ = [
    "VGG16",
    "EfficientNetLite0",
    "FrameCNN",
    "MiniLM",
    "SensorCNN",
    "SmallCNN",
    "SoundCNN",
    "SoundGRU",
    "Symbols",
    "TextLSTM",
    "VideoEncoder",
    "Vocabulary",
    "cached",
    "encode",
    "energy",
    "freeze",
    "image_features",
    "log_mel",
    "mel_filters",
    "patches",
    "pitch",
    "text_features",
    "unfreeze",
    "voice_features",
]

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

__getattr__, __dir__ = lazy(__name__, _HOME)
