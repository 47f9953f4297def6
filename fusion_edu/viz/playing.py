"""Sound to hear and clips to watch, inside a saved notebook: a WAV and a GIF, with the words that say what they are."""

import base64
import html
import io
import wave

import torch
from PIL import Image
from torch import Tensor

from fusion_edu.shapes import expect
from fusion_edu.viz.display import bundle

HEARD_RATE = 11025  # Hz, about what is kept of a sound with more samples: enough for a voice, half the bytes
STEP = 0.2  # s a frame is shown: slow motion
ROUNDS = 5  # an animation stops by itself


def hear(sound: Tensor, *, sample_rate: int, caption: str) -> None:
    """A player for one sound; it starts when the reader wants.

    Args:
        sound: (T,) samples; made as loud as the format allows.
        sample_rate: samples a second.
        caption: what is heard, plain text.

    Raises: ValueError: an empty sound or caption.
    """
    page = _figure(_audio(sound, sample_rate, caption), caption)
    bundle({"text/html": page, "text/plain": f"Sound, {len(sound) / sample_rate:.1f} s: {caption}"})


def play(frames: Tensor, sound: Tensor, *, sample_rate: int, caption: str) -> None:
    """A clip in slow motion, five times and then still, and below it its sound at the right speed.

    Args:
        frames: (T, 1, H, W) grey in [0, 1].
        sound: (T, S) or (S,) samples.
        sample_rate: samples a second.
        caption: what is seen and heard, plain text.

    Raises: ValueError: shapes that do not fit, an empty caption.
    """
    expect(frames=(frames, "T 1 H W"))
    told = html.escape(caption, quote=True)
    picture = f'<img alt="{told}" src="data:image/gif;base64,{_coded(gif(frames))}"><br>'
    page = _figure(picture + _audio(sound.flatten(), sample_rate, caption), f"{caption} (Slow motion.)")
    bundle({"text/html": page, "text/plain": f"Clip of {len(frames)} frames with sound: {caption}"})


def gif(frames: Tensor, *, height: int = 144) -> bytes:
    """An animation of (T, 1, H, W) grey in [0, 1], enlarged without smoothing to about ``height`` pixels."""
    scale = max(1, round(height / frames.shape[2]))
    grey = (frames.clamp(0, 1) * 255).round().byte().squeeze(1)  # (T, H, W)
    large = grey.repeat_interleave(scale, 1).repeat_interleave(scale, 2).numpy()
    first, *others = (Image.fromarray(frame) for frame in large)
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=int(1000 * STEP), loop=ROUNDS)
    return file.getvalue()


def wav(sound: Tensor, sample_rate: int) -> bytes:
    """16-bit WAV at full volume; every n-th sample of a sound with many."""
    every = max(1, round(sample_rate / HEARD_RATE))
    if every > 1:  # average neighbours first: what is too high to be kept must not fold back
        sound = torch.nn.functional.avg_pool1d(sound[None, None], every)[0, 0]
    loud = sound / sound.abs().max().clamp_min(1e-9)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(round(sample_rate / every))
        out.writeframes((loud * 32000).round().to(torch.int16).numpy().tobytes())
    return file.getvalue()


def _audio(sound: Tensor, sample_rate: int, caption: str) -> str:
    expect(sound=(sound, "T"))
    if not len(sound) or not caption.strip():
        raise ValueError(f"sound has {len(sound)} samples and caption is {caption!r}, needs both")
    told = html.escape(caption, quote=True)
    return f'<audio controls aria-label="{told}" src="data:audio/wav;base64,{_coded(wav(sound, sample_rate))}"></audio>'


def _figure(inside: str, caption: str) -> str:
    return f'<figure style="margin:6px 0">{inside}<figcaption>{html.escape(caption)}</figcaption></figure>'


def _coded(content: bytes) -> str:
    return base64.b64encode(content).decode()
