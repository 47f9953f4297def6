"""Read a pickle that holds nothing but numpy arrays and plain containers; anything else is refused before it runs."""

import io
import pickle
from typing import Any

import numpy as np
from numpy._core import multiarray


def encode_latin1(text: str, encoding: str = "latin1") -> bytes:
    """How old pickles spell bytes; any other codec is refused."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"the pickle asks for the codec {encoding!r}, only latin1 is allowed")
    return text.encode("latin1")


class ArraysOnly(pickle.Unpickler):
    """Knows the four names an array needs, and no other."""

    ALLOWED = {
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("numpy.core.multiarray", "_reconstruct"): multiarray._reconstruct,
        ("numpy._core.multiarray", "_reconstruct"): multiarray._reconstruct,
        ("_codecs", "encode"): encode_latin1,
    }

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"the pickle asks for {module}.{name}, only numpy arrays are allowed")
        return self.ALLOWED[module, name]

    def persistent_load(self, pid: object) -> object:
        raise pickle.UnpicklingError("the pickle refers to something outside itself, only numpy arrays are allowed")


def load_object_array(content: bytes) -> Any:
    """The single object inside a ``.npy`` file of dtype object, under the rule above.

    Raises:
        ValueError: not such a file.
        pickle.UnpicklingError: it holds anything but arrays, numbers, strings, lists, tuples and dicts.
    """
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    if version != (1, 0):
        raise ValueError(f"the file has .npy version {version}, needs (1, 0)")
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    if shape != () or not dtype.hasobject:
        raise ValueError(f"the file holds {dtype} of shape {shape}, needs one object")
    loaded = ArraysOnly(stream, encoding="latin1").load()
    return loaded.item() if isinstance(loaded, np.ndarray) else loaded
