"""The restricted unpickler reads arrays and refuses all else without running it."""

import io
import os
import pickle

import numpy as np
import pytest

from fusion_edu.data.arrays_only import load_object_array


def npy(thing):
    stream = io.BytesIO()
    boxed = np.empty((), dtype=object)
    boxed[()] = thing
    np.save(stream, boxed, allow_pickle=True)
    return stream.getvalue()


def header_and(payload):
    header = npy(0)
    return header[: 10 + int.from_bytes(header[8:10], "little")] + payload


class Runs:
    """Pickles as a call of ``function(*arguments)``."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def test_reads_arrays_in_plain_containers():
    got = load_object_array(npy({"X": [np.arange(6.0).reshape(2, 3)], "y": np.array([1, 2]), "n": ("a", 3)}))
    assert got["X"][0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert got["y"].tolist() == [1, 2]
    assert got["n"] == ("a", 3)


@pytest.mark.parametrize("function", [os.system, eval, exec, getattr, open, pickle.loads, np.load, np.frombuffer])
def test_refuses_any_other_name(function, tmp_path):
    trace = tmp_path / "ran"
    arguments = (f"echo x > {trace}",) if function is os.system else ("1",)
    with pytest.raises(pickle.UnpicklingError, match="only numpy arrays are allowed"):
        load_object_array(npy({"X": Runs(function, *arguments)}))
    assert not trace.exists()


def test_refuses_dotted_names_codecs_and_references():
    with pytest.raises(pickle.UnpicklingError, match="only numpy arrays"):
        load_object_array(header_and(b"\x80\x04\x8c\x05numpy\x8c\x0endarray.tofile\x93."))
    with pytest.raises(pickle.UnpicklingError, match="only latin1 is allowed"):
        load_object_array(header_and(b"c_codecs\nencode\n(X\x01\x00\x00\x00xX\x05\x00\x00\x00utf-8tR."))
    with pytest.raises(pickle.UnpicklingError, match="outside itself"):
        load_object_array(header_and(b"Pelsewhere\n."))


def test_refuses_what_is_no_object_array():
    plain = io.BytesIO()
    np.save(plain, np.zeros(3))
    with pytest.raises(ValueError, match="needs one object"):
        load_object_array(plain.getvalue())
    with pytest.raises(ValueError, match="magic"):
        load_object_array(b"not a file of numpy at all")
