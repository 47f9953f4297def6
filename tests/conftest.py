"""Fixtures shared by all tests."""

import os
import tempfile

os.environ.setdefault("OMP_NUM_THREADS", "1")  # results depend on the thread count, and two trainings at once crawl
os.environ.setdefault(
    "FUSION_EDU_HOME", tempfile.mkdtemp(prefix="fusion_edu_home_")
)  # never the learner's own progress
os.environ.setdefault("KERAS_BACKEND", "torch")

import pytest
import torch

torch.set_num_threads(1)


@pytest.fixture(
    params=[
        "cpu",
        pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")),
    ]
)
def device(request) -> torch.device:
    """Every test that takes it runs on the CPU, and on CUDA where there is one."""
    return torch.device(request.param)


@pytest.fixture
def draw():
    """``draw(n, *shape)`` gives n independent standard normal float64 tensors of that shape, the same ones at each run."""
    generator = torch.Generator().manual_seed(20240229)

    def normal(n: int, *shape: int):
        return torch.randn(n, *shape, generator=generator, dtype=torch.float64).unbind()

    return normal


LONGEST = (
    "notebooks",
    "solutions",
    "lab",
    "marking",
    "test_classroom.py",
    "test_notebooks.py",
    "keras_api",
    "autograder",
)


def pytest_collection_modifyitems(items):
    """Files that take long come first: with two workers, none is left with one of them at the end."""

    def rank(item):
        names = (*item.path.parts[-3:-1], item.path.name)
        return next((i for i, name in enumerate(LONGEST) if name in names), len(LONGEST))

    items.sort(key=rank)
