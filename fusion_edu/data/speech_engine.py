"""eSpeak NG in a process of its own: ``python speech_engine.py LIBRARY [DATA]`` reads requests and writes samples.

It is run as a file, never imported by the course: the engine is under the GPL, keeps one global state, and what goes
wrong in a C library must not end a lesson. Standard library only.

In: one JSON list on stdin, each entry [text, rate, pitch, range]. Out: four bytes with the sample rate, then for each
entry four bytes with the number of samples and the samples, 16 bits each, all in this machine's byte order.
"""

import ctypes
import json
import struct
import sys

SYNCHRONOUS, UTF8 = 2, 1  # the engine's codes: hand the samples to a callback; the text is UTF-8
RATE, PITCH, RANGE = 1, 3, 4  # the engine's numbers of its parameters

Heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def main(library: str, data: str | None = None) -> int:
    """Speak every request in turn; 1 where the engine does not start."""
    engine, samples = ctypes.CDLL(library), bytearray()
    rate = engine.espeak_Initialize(SYNCHRONOUS, 0, data.encode() if data else None, 0)
    if rate <= 0 or engine.espeak_SetVoiceByName(b"en-us"):
        return 1

    def hear(wave: int | None, count: int, _events: int | None) -> int:
        if wave and count > 0:
            samples.extend(ctypes.string_at(wave, 2 * count))
        return 0

    heard = Heard(hear)  # the engine keeps no hold of it
    engine.espeak_SetSynthCallback(heard)
    out = sys.stdout.buffer
    out.write(struct.pack("=i", rate))
    for text, *setting in json.load(sys.stdin):
        samples.clear()
        for number, value in zip((RATE, PITCH, RANGE), setting, strict=True):
            engine.espeak_SetParameter(number, value, 0)
        content = text.encode() + b"\0"
        engine.espeak_Synth(content, ctypes.c_size_t(len(content)), 0, 0, 0, UTF8, None, None)
        engine.espeak_Synchronize()
        out.write(struct.pack("=i", len(samples) // 2) + samples)
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
