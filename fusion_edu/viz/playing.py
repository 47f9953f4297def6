"""Sound to hear and clips to watch, inside a saved notebook: one button, with the words that say what it plays."""

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
HEIGHT = 144  # pixels, about, of a clip on the page
TRANSPARENT = "color-scheme:light"  # the scheme of the player's own page: where the two differ, browsers paint it white

# The sound is the clock: each time the page is drawn, the frame that belongs to the sound's own time is shown.
PLAYER = """<style>body{margin:0;font:14px sans-serif;color:#777}#film{width:{width}px;height:{height}px;
background:url({film}) 0 0;image-rendering:pixelated}button{font:inherit;padding:2px 12px;margin:6px 8px 0 0}</style>
<div id="film" role="img" aria-label="{caption}"></div>
<button id="play" aria-label="Play picture and sound: {caption}">&#9654; Play</button>
<label><input id="slow" type="checkbox" checked> at half speed</label>
<audio id="sound" preload="auto" src="{sound}"></audio>
<script>
const film = document.getElementById("film"), sound = document.getElementById("sound");
function draw() {
  const frame = Math.min({frames} - 1, Math.floor(sound.currentTime / {seconds} * {frames}));
  film.style.backgroundPosition = "-" + frame * {width} + "px 0";
  if (!sound.ended && !sound.paused) requestAnimationFrame(draw);
}
document.getElementById("play").onclick = async () => {
  sound.currentTime = 0;
  sound.playbackRate = document.getElementById("slow").checked ? 0.5 : 1;
  await sound.play();
  draw();
};
</script>"""


def hear(sound: Tensor, *, sample_rate: int, caption: str) -> None:
    """A player for one sound; it starts when the reader wants.

    Args:
        sound: (T,) samples; made as loud as the format allows.
        sample_rate: samples a second.
        caption: what is heard, plain text.

    Raises: ValueError: an empty sound or caption.
    """
    source, told = _source(sound, sample_rate, caption), html.escape(caption)
    page = _figure(f'<audio controls style="max-width:100%" aria-label="{told}" src="{source}"></audio>', caption)
    bundle({"text/html": page, "text/plain": f"Sound, {len(sound) / sample_rate:.1f} s: {caption}"})


def play(frames: Tensor, sound: Tensor, *, sample_rate: int, caption: str) -> None:
    """A clip whose picture and sound start with one button and stay together, at half or at full speed.

    Args:
        frames: (T, 1, H, W) grey in [0, 1].
        sound: (T, S) or (S,) samples, as long as the frames.
        sample_rate: samples a second.
        caption: what is seen and heard, plain text.

    Raises: ValueError: shapes that do not fit, an empty caption.
    """
    count = expect(frames=(frames, "T 1 H W"))["T"]
    flat, told = sound.flatten(), html.escape(caption)
    source = _source(flat, sample_rate, caption)
    film, width, height = strip(frames)
    inside = {
        "width": width,
        "height": height,
        "film": f"data:image/png;base64,{_coded(film)}",
        "sound": source,
        "frames": count,
        "seconds": f"{len(flat) / sample_rate:.4f}",
        "caption": told,
    }
    document = PLAYER
    for name, value in inside.items():
        document = document.replace(f"{{{name}}}", str(value))
    frame = (
        f'<iframe title="{told}" sandbox="allow-scripts" srcdoc="{html.escape(document)}" '
        f'style="{TRANSPARENT};border:0;width:{max(width, 320)}px;max-width:100%;height:{height + 44}px"></iframe>'
    )
    bundle({"text/html": _figure(frame, caption), "text/plain": f"Clip of {count} frames with sound: {caption}"})


def strip(frames: Tensor) -> tuple[bytes, int, int]:
    """A PNG of (T, 1, H, W) side by side, grey in [0, 1], enlarged without smoothing; width and height of one, in pixels."""
    scale = max(1, round(HEIGHT / frames.shape[2]))
    grey = (frames.clamp(0, 1) * 255).round().byte().squeeze(1)  # (T, H, W)
    large = grey.repeat_interleave(scale, 1).repeat_interleave(scale, 2)
    file = io.BytesIO()
    Image.fromarray(torch.cat(list(large), dim=1).numpy()).save(file, "PNG", optimize=True)
    return file.getvalue(), large.shape[2], large.shape[1]


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


def _source(sound: Tensor, sample_rate: int, caption: str) -> str:
    expect(sound=(sound, "T"))
    if not len(sound) or not caption.strip():
        raise ValueError(f"sound has {len(sound)} samples and caption is {caption!r}, needs both")
    return f"data:audio/wav;base64,{_coded(wav(sound, sample_rate))}"


def _figure(inside: str, caption: str) -> str:
    return f'<figure style="margin:6px 0">{inside}<figcaption>{html.escape(caption)}</figcaption></figure>'


def _coded(content: bytes) -> str:
    return base64.b64encode(content).decode()
