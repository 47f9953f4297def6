"""Freeze an encoder: its weights stay, and so do the statistics of its batch normalisation."""

from typing import TypeVar

from torch import nn

M = TypeVar("M", bound=nn.Module)


def freeze(module: M) -> M:
    """Stop ``module`` from learning, in place, and keep it in eval mode at every call, whatever ``train()`` is called around it.

    ``requires_grad_(False)`` alone is not enough: in train mode batch normalisation goes on to average what it sees, and
    dropout to drop. Gradients still flow through to the input.
    """
    unfreeze(module)
    module.requires_grad_(False).eval()
    module.register_forward_pre_hook(_stay)
    return module


def unfreeze(module: M) -> M:
    """Let ``module`` learn again, in place; it stays in eval mode until the next ``train()``."""
    for key, hook in list(module._forward_pre_hooks.items()):
        if hook is _stay:
            del module._forward_pre_hooks[key]
    return module.requires_grad_(True)


def _stay(module: nn.Module, inputs: tuple[object, ...]) -> None:
    if module.training:
        module.eval()
