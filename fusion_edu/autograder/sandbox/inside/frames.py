"""Frames between judge and sandbox: a small JSON header and ``.npy`` bytes. No pickle, and every size is checked before it is read."""

import io
import json
import math
import os
import re
import select
import struct
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

HEADER_LIMIT = 4 << 20  # bytes of JSON
BODY_LIMIT = 64 << 20  # bytes of arrays
_json = json.dumps  # as it was before an answer could put its own in its place
PREFIX = struct.Struct("<II")


class BadFrame(Exception):
    """A frame is cut off, too large, or not what it says."""


def pack(header: dict[str, Any], arrays: Sequence[np.ndarray] = ()) -> bytes:
    """One frame.

    Raises:
        TypeError, ValueError: the header is no JSON, or an array holds objects.
    """
    blobs = [_npy(array) for array in arrays]
    text = _json(header | {"sizes": [len(blob) for blob in blobs]}).encode()
    return PREFIX.pack(len(text), sum(map(len, blobs))) + text + b"".join(blobs)


def unpack(data: bytes, start: int = 0) -> tuple[dict[str, Any], list[np.ndarray], int]:
    """The frame that begins at ``start``: header, arrays, and where it ends.

    Raises:
        BadFrame: it is no whole, honest frame.
    """
    try:
        text_size, body_size = PREFIX.unpack_from(data, start)
        start += PREFIX.size
        end = start + text_size
        if text_size > HEADER_LIMIT or body_size > BODY_LIMIT or len(data) < end + body_size:
            raise BadFrame("size")
        header = json.loads(data[start:end])
        sizes = header["sizes"]
        if sum(sizes) != body_size or min(sizes, default=0) < 0:
            raise BadFrame("sizes")
        arrays = []
        for size in sizes:
            arrays.append(_array(data[end : end + size]))
            end += size
        return header, arrays, end
    except (ValueError, KeyError, TypeError, IndexError, struct.error, RecursionError, MemoryError, SyntaxError) as e:
        raise BadFrame(type(e).__name__) from e


def _npy(array: np.ndarray, asarray: Callable[..., np.ndarray] = np.asarray) -> bytes:
    array = asarray(array)
    if array.dtype.hasobject:
        raise ValueError("an array of objects, needs plain numbers or text")
    fortran = array.flags.f_contiguous and not array.flags.c_contiguous
    return _head(array.dtype, array.shape, fortran) + array.tobytes("F" if fortran else "C")


@lru_cache(maxsize=1000)
def _head(dtype: np.dtype, shape: tuple[int, ...], fortran: bool) -> bytes:
    file = io.BytesIO()
    descr = np.lib.format.dtype_to_descr(dtype)
    np.lib.format.write_array_header_1_0(file, {"descr": descr, "fortran_order": fortran, "shape": shape})
    return file.getvalue()


HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>[<>|][biufcU]\d{1,4})', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>[0-9, ]{0,100})\), \} *\n"
)


def _array(data: bytes) -> np.ndarray:
    """An array of plain numbers or text whose bytes are exactly those that its shape needs."""
    if data[:8] != b"\x93NUMPY\x01\x00":
        raise BadFrame("version")
    start = 10 + int.from_bytes(data[8:10], "little")
    found = HEADER.fullmatch(data, 10, start)
    if found is None:
        raise BadFrame("array")
    dtype = np.dtype(found["dtype"].decode())
    shape = tuple(int(size) for size in found["shape"].replace(b" ", b"").split(b",") if size)
    count = math.prod(shape)
    if count * dtype.itemsize != len(data) - start:
        raise BadFrame("array")
    flat = np.frombuffer(data, dtype, count=count, offset=start).copy() if count else np.empty(0, dtype)
    return flat.reshape(shape, order="F" if found["fortran"] == b"True" else "C")


def send(fd: int, data: bytes) -> None:
    """Write all bytes."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def receive(fd: int, deadline: float | None = None) -> tuple[dict[str, Any], list[np.ndarray]]:
    """Read one frame from a trusted end.

    Raises:
        EOFError: the other end is closed. TimeoutError: past the deadline. BadFrame: see ``unpack``.
    """
    head = _exactly(fd, PREFIX.size, deadline)
    text_size, body_size = PREFIX.unpack(head)
    if text_size > HEADER_LIMIT or body_size > BODY_LIMIT:
        raise BadFrame("size")
    header, arrays, _ = unpack(head + _exactly(fd, text_size + body_size, deadline))
    return header, arrays


def _exactly(fd: int, size: int, deadline: float | None) -> bytes:
    parts, left = [], size
    while left:
        if deadline is not None and not select.select([fd], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(fd, min(left, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
