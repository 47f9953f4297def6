"""A training run on disk: after every epoch all that decides what comes next, written beside and renamed."""

import io
from pathlib import Path
from typing import Any

import torch
from torch import nn

from fusion_edu.storage import write
from fusion_edu.train.history import History
from fusion_edu.train.many import of_all, rank
from fusion_edu.train.step import Step

Weights = list[dict[str, Any]]


class Checkpoint:
    """Writes and reads one file; without a path it does neither.

    Args:
        path: the file; None for none.
        settings: what the run was asked for; a file that was made with other ones is refused.
        modules: the model, and a loss that learns.
        step: its optimizer and its scaler are kept, too.
        shuffle: the generator of the order of the rows.
    """

    def __init__(
        self,
        path: Path | None,
        settings: dict[str, Any],
        modules: list[nn.Module],
        step: Step,
        shuffle: torch.Generator,
    ) -> None:
        self.path, self.settings, self.modules, self.step, self.shuffle = path, settings, modules, step, shuffle

    def save(self, history: History, best: Weights) -> None:
        """Keep the state after an epoch; the first process writes for all."""
        if self.path is None:
            return
        device = self.step.device
        random = of_all([torch.get_rng_state()] + ([torch.cuda.get_rng_state(device)] if device.type == "cuda" else []))
        if rank():
            return
        content = {
            "settings": self.settings,
            "modules": [module.state_dict() for module in self.modules],
            "optimizer": self.step.optimizer.state_dict(),
            "scaler": self.step.scaler.state_dict(),
            "best": best,
            "shuffle": self.shuffle.get_state(),
            "random": random,
            "history": {"train_loss": history.train_loss, "valid_loss": history.valid_loss, "best": history.best_epoch},
        }
        file = io.BytesIO()
        torch.save(content, file)
        write(self.path, file.getvalue())

    def restore(self) -> tuple[History, Weights]:
        """Bring back the state of the file, where there is one; its history, and the best weights so far.

        Raises:
            ValueError: the file is no checkpoint, or one of a run with other settings or of another model.
        """
        if self.path is None or not self.path.exists():
            return History(), []
        content = self._read(self.path)
        try:
            for module, weights in zip(self.modules, content["modules"], strict=True):
                module.load_state_dict(weights)
            self.step.optimizer.load_state_dict(content["optimizer"])
        except (RuntimeError, ValueError) as error:
            raise ValueError(f"{self.path} belongs to another model: {str(error).splitlines()[0]}") from None
        self.step.scaler.load_state_dict(content["scaler"])
        self.shuffle.set_state(content["shuffle"])
        if rank() < len(content["random"]):
            cpu, *cuda = content["random"][rank()]
            torch.set_rng_state(cpu)
            for state in cuda:
                torch.cuda.set_rng_state(state, self.step.device)
        history = content["history"]
        return History(history["train_loss"], history["valid_loss"], history["best"]), content["best"]

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
            made = content["settings"]
        except Exception as error:
            raise ValueError(f"{path} is no checkpoint of fit ({error}): delete it or choose another file") from None
        # old files know fewer settings
        other = [name for name, value in self.settings.items() if made.get(name, value) != value]
        if other:
            names = ", ".join(f"{name}={made[name]!r}, now {self.settings[name]!r}" for name in other)
            raise ValueError(f"{path} was made with {names}: pass the same, delete it, or choose another file")
        return content
