"""Fixtures shared by all tests."""

import collections
import os
import tempfile
import zlib

os.environ.setdefault("OMP_NUM_THREADS", "1")  # results depend on the thread count, and two trainings at once crawl
os.environ.setdefault(
    "FUSION_EDU_HOME", tempfile.mkdtemp(prefix="fusion_edu_home_")
)  # never the learner's own progress
os.environ.setdefault("KERAS_BACKEND", "torch")

import nbval.kernel
import pytest
import torch

from tools.share import share

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


def pytest_configure():
    """A kernel looks for free ports before it takes them, and where two workers start one at once, another may take them first:
    then it ends, or never answers (one start of 75 so). It is started once more."""
    start = nbval.kernel.start_new_kernel

    def start_again(startup_timeout, **how):
        try:
            return start(startup_timeout / 2, **how)
        except RuntimeError:
            return start(startup_timeout, **how)

    nbval.kernel.start_new_kernel = start_again


def pytest_addoption(parser):
    says = "run the K-th of N parts only, K from 0: a test is always in the same one"
    parser.addoption("--part", type=share, metavar="K/N", help=says)


@pytest.hookimpl(tryfirst=True)  # before pytest looks which tests are thorough
def pytest_collection_modifyitems(config, items):
    """Long files first: with two workers, none is left with one of them at the end. Samples, and parts, of what is many."""

    def rank(item):
        names = (*item.path.parts[-3:-1], item.path.name)
        return next((i for i, name in enumerate(LONGEST) if name in names), len(LONGEST))

    items.sort(key=rank)
    sample(items)
    if part := config.getoption("--part"):
        k, n = part
        of = collections.defaultdict(list)
        for item in items:
            of[zlib.crc32(item.nodeid.encode()) % n == k].append(item)
        config.hook.pytest_deselected(items=of[False])
        items[:] = of[True]


def sample(items):
    """``@pytest.mark.sample(n)``: of the cases of a test n, evenly spread, are run each time, and the others are thorough."""
    of_test = collections.defaultdict(list)
    for item in items:
        if item.get_closest_marker("sample") and not item.get_closest_marker("thorough"):
            of_test[item.path, item.originalname].append(item)
    for cases in of_test.values():
        n = cases[0].get_closest_marker("sample").args[0]
        kept = {len(cases) * k // n for k in range(n)}
        for i, item in enumerate(cases):
            if i not in kept:
                item.add_marker("thorough")
