"""One process of a training run, as torchrun starts it: ``worker.py FOLDER TASK [CHUNK] [KILL]``; writes FOLDER/weights.pt."""

import os
import signal
import sys
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn

from fusion_edu import losses, train
from fusion_edu.train import loop

ROWS, BATCH, EPOCHS = 29, 8, 6  # batches of 8, 8, 8, 5: no number of processes divides them all


class TwoSides(nn.Module):
    """Both sides of a pair, (N, 2, D)."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(5, 3), nn.Linear(4, 3)

    def forward(self, x):
        return torch.stack([self.a(x["a"]), self.b(x["b"])], 1)


class ClipOfBoth(nn.Module):
    """A loss in which rows meet, and that learns."""

    def __init__(self):
        super().__init__()
        self.clip = losses.CLIPLoss()

    def forward(self, z, y):
        return self.clip(z[:, 0], z[:, 1])


def task(name):
    """Model, loss, x, y: the same in every process."""
    torch.manual_seed(0)
    x = {"a": torch.randn(ROWS, 5), "b": torch.randn(ROWS, 4)}
    if name == "clip":
        return TwoSides().double(), ClipOfBoth().double(), {m: v.double() for m, v in x.items()}, torch.zeros(ROWS)
    model = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Dropout(0.0), nn.Linear(7, 1)).double()
    return model, losses.mse, x["a"].double(), torch.randn(ROWS, 1).double()


def fitted(folder, name, chunk, **more):
    """The weights after training, in one tensor."""
    model, loss, x, y = task(name)
    history = train.fit(
        model, x, y, loss=loss, epochs=EPOCHS, batch_size=BATCH, chunk=chunk, valid=(x, y), progress=False, **more
    )
    modules = [model, loss] if isinstance(loss, nn.Module) else [model]
    return torch.cat([p.detach().flatten() for m in modules for p in m.parameters()]), history


def die_in_epoch(number, which):
    """Kill process ``which`` (-1: every one) at the start of an epoch, as a power cut would."""
    plain, seen = loop.Step.epoch, []

    def epoch(self, *args):
        seen.append(1)
        if len(seen) == number and which in (-1, dist.get_rank() if dist.is_initialized() else 0):
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(self, *args)

    loop.Step.epoch = epoch


if __name__ == "__main__":
    folder, name, chunk, kill = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]) or None, sys.argv[4]
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    if kill != "nobody":
        die_in_epoch(4, int(kill))
    weights, history = fitted(folder, name, chunk, checkpoint=folder / "run.pt")
    if dist.get_rank() == 0:
        torch.save((weights, history.train_loss, history.valid_loss), folder / "weights.pt")
    dist.destroy_process_group()
