"""One training loop for every model of the course."""

import copy
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from fusion_edu.progress import Bar
from fusion_edu.train.batches import Inputs, check_data, check_finite, check_numbers, check_whole, size, slices, take
from fusion_edu.train.history import History

Loss = Callable[[Tensor, Tensor], Tensor]
OPTIMIZERS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}


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
    amp: bool = False,
    seed: int = 0,
    device: torch.device | str | None = None,
    progress: bool = True,
) -> History:
    """Train ``model`` in place, and leave it in eval mode.

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
        amp: mixed precision, on CUDA only.
        seed: of shuffling and dropout. The first weights are the caller's: ``torch.manual_seed`` before building the model.
        device: where to train; default where the model is. Data may stay elsewhere: each batch is moved.
        progress: show a bar.

    Raises:
        ValueError: empty data, x and y of different lengths, an argument out of range, a loss that is no scalar.
        FloatingPointError: the loss became nan or infinite; says in which epoch and what to try.
    """
    check_numbers(epochs=epochs, batch_size=batch_size, learning_rate=learning_rate, clip=clip, patience=patience)
    check_whole(epochs=epochs, batch_size=batch_size, patience=patience)
    check_data(x, y, "x", "y")
    if valid is not None:
        check_data(*valid, "valid x", "valid y")
    elif patience is not None:
        raise ValueError(f"patience is {patience}, needs valid=(x, y): without it there is nothing to wait for")
    device = _device(model, x, device, amp)
    modules = [model, loss] if isinstance(loss, nn.Module) else [model]
    parameters = _parameters([module.to(device) for module in modules])
    step = _Step(model, loss, parameters, optimizer, learning_rate, clip, amp, device)
    history, started = History(), time.perf_counter()
    best: list[dict[str, Tensor]] = []
    shuffle = torch.Generator().manual_seed(seed)
    with (
        torch.random.fork_rng([device] if device.type == "cuda" else []),
        Bar(epochs, label="epochs", show=progress) as bar,
    ):
        torch.manual_seed(seed)
        for epoch in range(epochs):
            train = step.epoch(x, y, batch_size, shuffle)
            check_finite(train, epoch, learning_rate, x, y)
            check = None if valid is None else step.measure(*valid, batch_size)
            if history.add(train, check) and patience is not None:
                best = [copy.deepcopy(module.state_dict()) for module in modules]
            bar.step(f"loss {train:.4f}")
            if patience is not None and epoch - history.best_epoch >= patience:
                break
    for module, weights in zip(modules, best, strict=False):
        module.load_state_dict(weights)
    model.eval()
    history.seconds = time.perf_counter() - started
    return history


class _Step:
    """The model, its optimizer, and what one epoch does with them."""

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        parameters: list[nn.Parameter],
        optimizer: str,
        learning_rate: float,
        clip: float | None,
        amp: bool,
        device: torch.device,
    ) -> None:
        if optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer is {optimizer!r}, needs one of {', '.join(OPTIMIZERS)}")
        self.model, self.loss, self.parameters, self.clip, self.device = model, loss, parameters, clip, device
        self.optimizer = OPTIMIZERS[optimizer](parameters, lr=learning_rate)
        half = torch.bfloat16 if amp and torch.cuda.is_bf16_supported() else torch.float16
        self.autocast = torch.autocast(device.type, dtype=half, enabled=amp)
        self.scaler = torch.amp.GradScaler(device.type, enabled=amp and half == torch.float16)

    def batch_loss(self, x: Inputs, y: Tensor, rows: Tensor) -> Tensor:
        with self.autocast:
            value = self.loss(self.model(take(x, rows, self.device)), take(y, rows, self.device))
        if value.ndim:
            raise ValueError(f"loss gave shape {tuple(value.shape)}, needs a scalar: take its mean over the batch")
        return value

    def epoch(self, x: Inputs, y: Tensor, batch_size: int, shuffle: torch.Generator) -> float:
        self.model.train()
        total = torch.zeros((), dtype=torch.float64)
        for rows in slices(torch.randperm(size(y), generator=shuffle), batch_size):
            self.optimizer.zero_grad(set_to_none=True)
            value = self.batch_loss(x, y, rows)
            self.scaler.scale(value).backward()
            if self.clip is not None:
                self.scaler.unscale_(self.optimizer)
                nn.utils.clip_grad_norm_(self.parameters, self.clip)
            self.scaler.step(self.optimizer)
            self.scaler.update()
            total = total.to(value.device) + value.detach().double() * len(rows)
        return total.item() / size(y)

    @torch.no_grad()
    def measure(self, x: Inputs, y: Tensor, batch_size: int) -> float:
        self.model.eval()
        rows = slices(torch.arange(size(y)), batch_size)
        return sum(self.batch_loss(x, y, part).item() * len(part) for part in rows) / size(y)


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
