"""One step of training: the gradient of a batch, in one piece or in parts, in one process or in many."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils import _pytree as pytree

from fusion_edu.train.batches import Inputs, check_loss, size, slices, take
from fusion_edu.train.gathering import all_gather
from fusion_edu.train.grad_cache import grad_cache
from fusion_edu.train.many import average_gradients, processes, share

Loss = Callable[[Tensor, Tensor], Tensor]
OPTIMIZERS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}


def modules_of(model: nn.Module, loss: Loss) -> list[nn.Module]:
    """What learns: the model, and a loss that is a Module."""
    return [model, loss] if isinstance(loss, nn.Module) else [model]


class Step:
    """The model, its optimizer, and what one epoch does with them."""

    def __init__(
        self,
        model: nn.Module,
        loss: Loss,
        parameters: list[nn.Parameter],
        optimizer: str,
        learning_rate: float,
        clip: float | None,
        chunk: int | None,
        amp: bool,
        device: torch.device,
    ) -> None:
        if optimizer not in OPTIMIZERS:
            raise ValueError(f"optimizer is {optimizer!r}, needs one of {', '.join(OPTIMIZERS)}")
        self.model, self.loss, self.parameters, self.clip, self.device = model, loss, parameters, clip, device
        self.modules = modules_of(model, loss)
        self.chunk = chunk
        self.optimizer = OPTIMIZERS[optimizer](parameters, lr=learning_rate, fused=True)  # one kernel for all weights
        half = torch.bfloat16 if amp and torch.cuda.is_bf16_supported() else torch.float16
        self.autocast = torch.autocast(device.type, dtype=half, enabled=amp)
        self.scaler = torch.amp.GradScaler(device.type, enabled=amp and half == torch.float16)

    def epoch(self, x: Inputs, y: Tensor, batch_size: int, shuffle: torch.Generator) -> float:
        """Train on every row once; the mean loss."""
        for module in self.modules:
            module.train()
        total = torch.zeros((), dtype=torch.float64)
        for rows in slices(torch.randperm(size(y), generator=shuffle), batch_size):
            self.optimizer.zero_grad(set_to_none=True)
            value = self.gradient(x, y, rows)
            if self.clip is not None:
                self.scaler.unscale_(self.optimizer)
                nn.utils.clip_grad_norm_(self.parameters, self.clip)
            self.scaler.step(self.optimizer)
            self.scaler.update()
            total = total.to(value.device) + value.double() * len(rows)
        return total.item() / size(y)

    def gradient(self, x: Inputs, y: Tensor, rows: Tensor) -> Tensor:
        """Leave the gradient of the loss of these rows, and return the loss.

        Every process encodes its share of the rows, and all compute the loss of all: so a loss in which the rows of a batch
        meet is that of one process.
        """
        own = share(rows)
        mine, target = take(x, own, self.device), take(y, rows, self.device)
        value: list[Tensor] = []

        def scaled(prediction: Any) -> Tensor:
            with self.autocast:
                value.append(self._loss(prediction, target))
            return self.scaler.scale(value[0])

        if self.chunk is None or not len(own):  # a last batch may have fewer rows than there are processes
            scaled(self._encode(mine)).backward()
        else:
            grad_cache(self._encode, mine, scaled, chunk=self.chunk)
        average_gradients(self.parameters)
        return value[0].detach()

    def _encode(self, x: Inputs) -> Any:
        with self.autocast:
            return self.model(x)

    def _loss(self, prediction: Any, target: Tensor) -> Tensor:
        value = self.loss(pytree.tree_map(all_gather, prediction) if processes() > 1 else prediction, target)
        check_loss(value)
        return value

    @torch.no_grad()
    def measure(self, x: Inputs, y: Tensor, batch_size: int) -> float:
        """The mean loss, without training; every process measures all."""
        for module in self.modules:
            module.eval()
        total = 0.0
        for rows in slices(torch.arange(size(y)), batch_size):
            with self.autocast:
                value = self.loss(self._encode(take(x, rows, self.device)), take(y, rows, self.device))
            total += value.item() * len(rows)
        return total / size(y)
