"""Data of the course: real data sets, one a file, and controlled generators whose truth is known.

Names are loaded at first use, so that ``python -m fusion_edu.data.fetch`` starts without torch.
"""

from typing import TYPE_CHECKING

from fusion_edu.optional import lazy

if TYPE_CHECKING:  # what editors and mypy read; _HOME says the same, and a test compares them
    from fusion_edu.data.absent import missing
    from fusion_edu.data.ambiguous import mini_language
    from fusion_edu.data.asking import described, questions
    from fusion_edu.data.atari import HOW_TO_GET_BOXING, boxing
    from fusion_edu.data.bouncing import clips
    from fusion_edu.data.digit_pairs import digits
    from fusion_edu.data.drawn import scenes
    from fusion_edu.data.events import Event, Stream, event
    from fusion_edu.data.gaussians import blobs, gauss_pair, loud_pair
    from fusion_edu.data.lines import line, noisy_sensors
    from fusion_edu.data.pairing import sample_pairs
    from fusion_edu.data.pictures import emoji, emoji_characters, emoji_names
    from fusion_edu.data.rated import ratings
    from fusion_edu.data.roads import road
    from fusion_edu.data.samples import Samples
    from fusion_edu.data.scaling import Standardiser
    from fusion_edu.data.speech import speak
    from fusion_edu.data.splits import split, split_groups
    from fusion_edu.data.spoken import irony, spoken_ratings
    from fusion_edu.data.third_style import has_openmoji, openmoji
    from fusion_edu.data.two_things import relations
    from fusion_edu.data.views import mfeat
    from fusion_edu.data.ward import clinic
    from fusion_edu.data.watch import smartwatch

__all__ = [
    "HOW_TO_GET_BOXING",
    "Event",
    "Samples",
    "Standardiser",
    "Stream",
    "blobs",
    "boxing",
    "clinic",
    "clips",
    "described",
    "digits",
    "emoji",
    "emoji_characters",
    "emoji_names",
    "event",
    "gauss_pair",
    "has_openmoji",
    "irony",
    "line",
    "loud_pair",
    "mfeat",
    "mini_language",
    "missing",
    "noisy_sensors",
    "openmoji",
    "questions",
    "ratings",
    "relations",
    "road",
    "sample_pairs",
    "scenes",
    "smartwatch",
    "speak",
    "split",
    "split_groups",
    "spoken_ratings",
]

_HOME = {
    "Samples": "samples",
    "sample_pairs": "pairing",
    "missing": "absent",
    "split": "splits",
    "split_groups": "splits",
    "Standardiser": "scaling",
    "emoji": "pictures",
    "emoji_characters": "pictures",
    "emoji_names": "pictures",
    "has_openmoji": "third_style",
    "openmoji": "third_style",
    "digits": "digit_pairs",
    "mfeat": "views",
    "ratings": "rated",
    "speak": "speech",
    "spoken_ratings": "spoken",
    "irony": "spoken",
    "smartwatch": "watch",
    "gauss_pair": "gaussians",
    "loud_pair": "gaussians",
    "blobs": "gaussians",
    "mini_language": "ambiguous",
    "line": "lines",
    "noisy_sensors": "lines",
    "Event": "events",
    "Stream": "events",
    "event": "events",
    "described": "asking",
    "questions": "asking",
    "relations": "two_things",
    "scenes": "drawn",
    "clips": "bouncing",
    "clinic": "ward",
    "road": "roads",
    "boxing": "atari",
    "HOW_TO_GET_BOXING": "atari",
}

__getattr__, __dir__ = lazy(__name__, _HOME)
