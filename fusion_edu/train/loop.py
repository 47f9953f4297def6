"""One training loop for every model of the course."""

import copy
import time
from pathlib import Path

import torch
from torch import Tensor, nn

from fusion_edu.progress import Bar
from fusion_edu.train.batches import Inputs, check_data, check_finite, check_numbers, check_whole, size
from fusion_edu.train.checkpoint import Checkpoint
from fusion_edu.train.history import History
from fusion_edu.train.many import rank, same_start
from fusion_edu.train.step import Loss, Step, modules_of


def fit(
    model: nn.Module,
    x: Inputs,
    y: Tensor,
    *,
    loss: Loss,
    epochs: int,
    batch_size: int = 64,
    learning_rate: float = 1e-2,
    optimizer: str = "adam",
    valid: tuple[Inputs, Tensor] | None = None,
    patience: int | None = None,
    clip: float | None = None,
    chunk: int | None = None,
    amp: bool = False,
    seed: int = 0,
    device: torch.device | str | None = None,
    checkpoint: Path | str | None = None,
    progress: bool = True,
) -> History:
    """Train ``model`` in place, and leave it, and a loss that is a Module, in eval mode.

    Under ``torchrun``, after ``torch.distributed.init_process_group``, every process makes the same call with the same data
    and works on its share of each batch; the step is that of one process, for losses of a whole batch too. (Dropout and
    batch normalisation see the share of their process.)

    Args:
        model: called as ``model(x_batch)``.
        x: (N, ...) tensor, or one such tensor per modality, ``{"image": (N, 3, H, W), ...}``.
        y: (N, ...) targets.
        loss: ``loss(prediction, target)`` -> scalar, the mean over the batch. A Module's own weights are trained too.
        epochs: passes over the data, >= 1.
        batch_size: samples a step; the last batch may be smaller. A single sample left over joins the batch before it: by
            itself it would have neither negatives nor batch statistics.
        learning_rate: step size, > 0.
        optimizer: "adam", "adamw" or "sgd".
        valid: (x, y) whose loss is measured after every epoch.
        patience: stop after this many epochs without a better validation loss, and go back to the best weights, those of
            a loss that learns too.
        clip: largest norm of the whole gradient.
        chunk: rows of a batch whose graph is in memory at a time, where the whole batch does not fit: the gradient is that
            of the whole batch, for contrastive losses too, and costs one more forward pass (``grad_cache``).
        amp: mixed precision, on CUDA only.
        seed: of shuffling and dropout. The first weights are the caller's: ``torch.manual_seed`` before building the model.
        device: where to train; default where the model is. Data may stay elsewhere: each batch is moved.
        checkpoint: a file that is written after every epoch. Where it is there, training goes on from it, and ends where an
            undisturbed run would have ended (with as many processes).
        progress: show a bar.

    Raises:
        TypeError: data that is no tensor. ValueError: empty data, x and y of different lengths, an argument out of range, a
            loss that is no scalar or has no graph, a checkpoint that was made with other settings (all but ``epochs``, the number of ``patience``, ``device`` and the loss are compared).
        FloatingPointError: the loss, or that of ``valid``, became nan or infinite; says in which epoch and what to try.
    """
    check_numbers(learning_rate=learning_rate, clip=clip)
    check_whole(epochs=epochs, batch_size=batch_size, patience=patience, chunk=chunk)
    check_data(x, y, "x", "y")
    if valid is not None:
        check_data(*valid, "valid x", "valid y")
    elif patience is not None:
        raise ValueError(f"patience is {patience}, needs valid=(x, y): without it there is nothing to wait for")
    device = _device(model, x, device, amp)
    modules = modules_of(model, loss)
    parameters = _parameters([module.to(device) for module in modules])
    same_start(modules)
    step = Step(model, loss, parameters, optimizer, learning_rate, clip, chunk, amp, device)
    shuffle, started = torch.Generator().manual_seed(seed), time.perf_counter()
    settings = {
        "rows": size(y),
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "optimizer": optimizer,
        "seed": seed,
        "clip": clip,
        "chunk": chunk,
        "amp": amp,
        "rows of valid": None if valid is None else size(valid[1]),
        "patience given": patience is not None,
    }
    kept = Checkpoint(None if checkpoint is None else Path(checkpoint), settings, modules, step, shuffle)
    with (
        torch.random.fork_rng([device] if device.type == "cuda" else []),
        Bar(epochs, label="epochs", show=progress and not rank()) as bar,
    ):
        torch.default_generator.manual_seed(seed)
        if device.type == "cuda":
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        history, best = kept.restore()
        for _ in range(len(history)):
            bar.step()
        while len(history) < epochs and not _waited(history, patience):
            train = step.epoch(x, y, batch_size, shuffle)
            check_finite(train, len(history), learning_rate, x, y)
            check = None
            if valid is not None:
                check = step.measure(*valid, batch_size)
                check_finite(check, len(history), learning_rate, *valid, of="valid ")
            if history.add(train, check) and patience is not None:
                best = [copy.deepcopy(module.state_dict()) for module in modules]
            kept.save(history, best)
            bar.step(f"loss {train:.4f}")
    for module, weights in zip(modules, best, strict=False):
        module.load_state_dict(weights)
    for module in modules:
        module.eval()
    history.seconds = time.perf_counter() - started
    return history


def _waited(history: History, patience: int | None) -> bool:
    """Whether the last ``patience`` epochs brought nothing better."""
    return patience is not None and len(history) > 0 and len(history) - 1 - history.best_epoch >= patience


def _parameters(modules: list[nn.Module]) -> list[nn.Parameter]:
    found = [p for module in modules for p in module.parameters() if p.requires_grad]
    if not found:
        raise ValueError("model has no parameter that learns: nothing to train")
    return found


def _device(model: nn.Module, x: Inputs, device: torch.device | str | None, amp: bool) -> torch.device:
    first = next(model.parameters(), None)
    data = next(iter(x.values())) if isinstance(x, dict) else x
    chosen = torch.device(device) if device is not None else (data if first is None else first).device
    if amp and chosen.type != "cuda":
        raise ValueError(f"amp is True on {chosen.type}, needs a CUDA device")
    return chosen
