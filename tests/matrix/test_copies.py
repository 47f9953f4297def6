"""Copies: ``copy.deepcopy``, ``pickle`` and ``state_dict`` of every module give the same numbers."""

import copy
import pickle

import pytest
import torch
from examples import EXAMPLES, same
from torch import nn

MODULES = {name: example for name, example in EXAMPLES.items() if isinstance(example.function(), nn.Module)}


@pytest.mark.parametrize("example", MODULES.values(), ids=MODULES.keys())
def test_a_copy_gives_the_same_numbers(example):
    module = example.function()
    want = example(example.floats, example.whole, module)
    torch.manual_seed(4)
    other = example.make().double().eval()
    other.load_state_dict(module.state_dict())
    for twin in (copy.deepcopy(module), pickle.loads(pickle.dumps(module)), other):
        same(example(example.floats, example.whole, twin), want, 0)
