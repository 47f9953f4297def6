"""Training in several processes ends with the weights of one; what is killed goes on as if nothing had been."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import worker
from torch import nn

from fusion_edu import losses, train

thorough = pytest.mark.thorough
pytestmark = pytest.mark.skipif(not dist.is_available(), reason="this PyTorch has no torch.distributed")


def torchrun(processes, folder, name, chunk=0, kill="nobody"):
    """Exit status of ``torchrun``; a run that was killed is not started again by itself."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--max-restarts=0"]
    command += [f"--nproc-per-node={processes}", worker.__file__, folder, name, chunk, kill]
    paths = os.pathsep.join([str(Path(worker.__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    settings = {"OMP_NUM_THREADS": "1", "PYTHONPATH": paths}
    done = subprocess.run(
        list(map(str, command)), env=os.environ | settings, capture_output=True, text=True, timeout=240
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("processes", "name", "chunk"),
    [
        (3, "clip", 0),
        *(pytest.param(*case, marks=thorough) for case in ((2, "mse", 0), (2, "clip", 2), (6, "clip", 2))),
    ],
)
def test_several_processes_end_with_the_weights_of_one(tmp_path, processes, name, chunk):
    status, said = torchrun(processes, tmp_path, name, chunk)
    assert status == 0, said[-2000:]
    weights, train_loss, valid_loss = torch.load(tmp_path / "weights.pt", weights_only=True)
    want, history = worker.fitted(tmp_path, name, None)
    torch.testing.assert_close(weights, want, rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(torch.tensor(train_loss), torch.tensor(history.train_loss), rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(torch.tensor(valid_loss), torch.tensor(history.valid_loss), rtol=1e-6, atol=1e-9)


@thorough
@pytest.mark.parametrize("killed", ["1", "-1"], ids=["one", "all"])
def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_weights(tmp_path, killed):
    status, _ = torchrun(2, tmp_path, "clip", kill=killed)
    assert status != 0
    assert not (tmp_path / "weights.pt").exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "run.pt"], "nothing half there"
    status, said = torchrun(2, tmp_path, "clip")
    assert status == 0, said[-2000:]
    again = torch.load(tmp_path / "weights.pt", weights_only=True)
    (tmp_path / "other").mkdir()
    assert torchrun(2, tmp_path / "other", "clip")[0] == 0
    for one, other in zip(again, torch.load(tmp_path / "other/weights.pt", weights_only=True), strict=True):
        assert one.equal(other) if isinstance(one, torch.Tensor) else one == other


class Stop(Exception):
    """What ends a run from inside."""


def noisy(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Dropout(0.4), nn.Linear(8, 1))


def interrupted(monkeypatch, epochs, call):
    """Run ``call`` and end it before epoch ``epochs`` + 1."""
    plain, seen = train.loop.Step.epoch, []

    def epoch(self, *args):
        seen.append(1)
        if len(seen) > epochs:
            raise Stop
        return plain(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(train.loop.Step, "epoch", epoch)
        with pytest.raises(Stop):
            call()


@pytest.mark.parametrize("patience", [None, 3])
def test_a_checkpoint_brings_back_dropout_order_optimizer_and_best_weights(tmp_path, monkeypatch, patience):
    x, y = torch.randn(20, 3), torch.randn(20, 1)
    options = {
        "loss": losses.mse,
        "epochs": 9,
        "batch_size": 6,
        "valid": (x, y),
        "patience": patience,
        "progress": False,
    }
    whole = noisy()
    want = train.fit(whole, x, y, **options)
    path = tmp_path / "run.pt"
    interrupted(monkeypatch, 4, lambda: train.fit(noisy(), x, y, checkpoint=path, **options))
    resumed = noisy(7)  # its own weights do not matter
    assert train.fit(resumed, x, y, checkpoint=path, **options) == want
    for one, other in zip(resumed.parameters(), whole.parameters(), strict=True):
        assert torch.equal(one, other)
    assert train.fit(noisy(8), x, y, checkpoint=path, **options) == want, "a finished run is not trained further"


def test_a_checkpoint_of_something_else_is_refused_by_a_sentence(tmp_path):
    x, y = torch.randn(6, 3), torch.randn(6, 1)
    path = tmp_path / "run.pt"
    train.fit(noisy(), x, y, loss=losses.mse, epochs=1, checkpoint=path, progress=False)
    with pytest.raises(ValueError, match=r"was made with learning_rate=0.01, now 0.1: pass the same, delete it"):
        train.fit(noisy(), x, y, loss=losses.mse, epochs=2, learning_rate=0.1, checkpoint=path, progress=False)
    with pytest.raises(ValueError, match="belongs to another model"):
        train.fit(nn.Linear(3, 1), x, y, loss=losses.mse, epochs=2, checkpoint=path, progress=False)
    path.write_bytes(b"no checkpoint")
    with pytest.raises(ValueError, match="is no checkpoint of fit"):
        train.fit(noisy(), x, y, loss=losses.mse, epochs=2, checkpoint=path, progress=False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"clip": 1.0}, "clip=None, now 1.0"),
        ({"chunk": 2}, "chunk=None, now 2"),
        ({"valid": None}, "rows of valid=6, now None"),
        ({"patience": 2}, "patience given=False, now True"),
    ],
)
def test_every_setting_that_moves_the_run_is_compared(tmp_path, change, says):
    """Regression: without ``valid`` the history had losses of two lengths, and then an IndexError."""
    x, y = torch.randn(6, 3), torch.randn(6, 1)
    options = {"loss": losses.mse, "epochs": 2, "valid": (x, y), "checkpoint": tmp_path / "run.pt", "progress": False}
    train.fit(noisy(), x, y, **options)
    with pytest.raises(ValueError, match=f"was made with {says}: pass the same"):
        train.fit(noisy(), x, y, **options | {"epochs": 4} | change)
    assert len(train.fit(noisy(), x, y, **options | {"epochs": 4})) == 4


@pytest.mark.parametrize("name", ["mse", "clip"])
def test_in_chunks_the_weights_are_those_of_the_whole_batch(tmp_path, name):
    want, _ = worker.fitted(tmp_path, name, None)
    for chunk in (1, 3, 100):
        got, _ = worker.fitted(tmp_path, name, chunk)
        torch.testing.assert_close(got, want, rtol=1e-9, atol=1e-12)
