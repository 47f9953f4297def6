"""Several processes: the gathered gradient is that of one process, and nothing is left over."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import torch
from torch import nn

from fusion_edu import losses
from fusion_edu.train import all_gather, grad_cache, run_processes

ROOT = Path(__file__).parents[2]
N, D, E = 11, 5, 3


def batch(rows=N):
    generator = torch.Generator().manual_seed(3)
    a, b = torch.randn(2, rows, D, generator=generator, dtype=torch.float64).unbind()
    w = torch.randn(2, D, E, generator=generator, dtype=torch.float64)
    return a, b, w


def step(a, b, w, cuts, wrapped):
    """One step of two towers on this process's rows: under DistributedDataParallel, or with its mean taken by hand."""
    import torch.distributed as dist
    from torch import nn

    from fusion_edu import losses
    from fusion_edu.train import all_gather

    class Towers(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(w.clone())

        def forward(self, x, y):
            return x @ self.w[0], y @ self.w[1]

    towers = Towers()
    model = nn.parallel.DistributedDataParallel(towers) if wrapped else towers
    mine = slice(cuts[dist.get_rank()], cuts[dist.get_rank() + 1])
    x, y = model(a[mine], b[mine])
    loss = losses.clip(all_gather(x), all_gather(y), scale=3.0)
    loss.backward()
    if not wrapped:
        dist.all_reduce(towers.w.grad)
        towers.w.grad /= dist.get_world_size()
    return loss.item(), towers.w.grad


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("cuts", "wrapped"),
    [([0, 6, 11], True), ([0, 6, 11], False), ([0, 4, 8, 11], False), ([0, 0, 11], False)],
    ids=["two, DDP", "two", "three", "one has none"],
)
def test_the_gathered_gradient_is_that_of_one_process(cuts, wrapped):
    """Uneven last batches, the loss of the whole batch on every process, and the mean over the processes."""
    a, b, w = batch()
    leaf = w.clone().requires_grad_()
    alone = losses.clip(a @ leaf[0], b @ leaf[1], scale=3.0)
    alone.backward()
    for loss, grad in run_processes(step, len(cuts) - 1, a, b, w, cuts, wrapped, timeout=240):
        assert loss == pytest.approx(alone.item(), abs=1e-12)
        torch.testing.assert_close(grad, leaf.grad, rtol=0, atol=1e-12)


def gathered(x, rows):
    """Values by rank, and the gradient of a sum with weights that differ from process to process."""
    from fusion_edu.train import all_gather

    rank = dist.get_rank()  # noqa: F821
    part = x.split(rows)[rank].requires_grad_()
    whole = all_gather(part)
    ((rank + 1.0) * whole**2).sum().backward()
    return whole.detach(), part.grad


def test_values_stand_by_rank_and_gradients_add_up():
    x = torch.arange(12.0, dtype=torch.float64).view(6, 2)
    found = run_processes(gathered, 3, x, [3, 1, 2], timeout=240)
    for whole, grad in found:
        assert torch.equal(whole, x)
        assert grad.shape[0] in (3, 1, 2)
    torch.testing.assert_close(torch.cat([grad for _, grad in found]), (1 + 2 + 3) * 2 * x)


def other_axes():
    from fusion_edu.train import all_gather

    try:
        all_gather(torch.zeros(2, 3 + dist.get_rank()))  # noqa: F821
    except ValueError as error:
        return str(error)


def test_other_axes_are_refused_on_every_process():
    assert all("needs (N, ...) as process" in said for said in run_processes(other_axes, 2, timeout=240))


def both(a, b, w, cuts):
    from fusion_edu import losses
    from fusion_edu.train import all_gather, grad_cache

    leaf = w.clone().requires_grad_()
    mine = slice(cuts[dist.get_rank()], cuts[dist.get_rank() + 1])  # noqa: F821

    def loss(pair):
        return losses.clip(*map(all_gather, pair), scale=3.0)

    grad_cache(lambda x: (x["a"] @ leaf[0], x["b"] @ leaf[1]), {"a": a[mine], "b": b[mine]}, loss, chunk=2)
    total = leaf.grad / dist.get_world_size()  # noqa: F821
    dist.all_reduce(total)  # noqa: F821
    return total


@pytest.mark.thorough
def test_the_cache_and_the_processes_together():
    a, b, w = batch()
    leaf = w.clone().requires_grad_()
    losses.clip(a @ leaf[0], b @ leaf[1], scale=3.0).backward()
    for grad in run_processes(both, 2, a, b, w, [0, 6, 11], timeout=240):
        torch.testing.assert_close(grad, leaf.grad, rtol=0, atol=1e-12)


def test_alone_the_rows_come_back_as_they_are():
    x = torch.ones(2, 3, requires_grad=True)
    assert all_gather(x) is x
    with pytest.raises(ValueError, match=r"^x is .*needs a tensor \(N, \.\.\.\)"):
        all_gather(torch.tensor(1.0))


# --- run_processes: failures, time, and nothing left over --------------------------------------------------------------


def fails():
    if dist.get_rank() == 1:  # noqa: F821
        raise KeyError("the second one")
    dist.barrier()  # noqa: F821


def sleeps():
    import time

    time.sleep(600)


def children():
    """Worker processes of this one that still run."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
            command = status.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if f"PPid:\t{os.getpid()}\n" in text and b"worker.py" in command:
            found.append(status)
    return found


def test_a_failure_is_told_and_ends_all():
    with pytest.raises(RuntimeError, match="process 1 of 2 ended with 1") as caught:
        run_processes(fails, 2, timeout=240)
    assert "the second one" in str(caught.value)
    assert not children()


def test_too_late_ends_all():
    with pytest.raises(TimeoutError, match=r"not done after 4 s"):
        run_processes(sleeps, 2, timeout=4)
    assert not children()


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent("""
        from fusion_edu.train import run_processes
        def sleeps():
            import os, pathlib, sys, time
            pathlib.Path(sys.argv[3], "..", f"l16-{os.getppid()}-{dist.get_rank()}").write_text(str(os.getpid()))
            time.sleep(600)
        run_processes(sleeps, 2)
        """)
    )
    settings = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    parent = subprocess.Popen([sys.executable, str(script)], env=settings)
    try:
        marks = [tmp_path / f"l16-{parent.pid}-{rank}" for rank in (0, 1)]
        for _ in range(600):
            if all(mark.exists() and mark.read_text() for mark in marks):
                break
            time.sleep(0.1)
        workers = [int(mark.read_text()) for mark in marks]
    finally:
        parent.kill()
        parent.wait()
    for _ in range(100):
        left = [pid for pid in workers if Path(f"/proc/{pid}").exists()]
        if not left:
            return
        time.sleep(0.1)
    raise AssertionError(f"still running: {left}")


def test_what_cannot_travel_is_refused():
    for wrong in (lambda: 1, len, nn.Linear(1, 1).forward):
        with pytest.raises(ValueError, match=r"^function is .*needs"):
            run_processes(wrong, 2)
    with pytest.raises(ValueError, match=r"^processes is 0, needs"):
        run_processes(fails, 0)
    with pytest.raises(ValueError, match=r"^timeout is 0, needs"):
        run_processes(fails, 1, timeout=0)


# --- the cache, alone ------------------------------------------------------------------------------------------------


class Towers(nn.Module):
    def __init__(self, dropout=0.0):
        super().__init__()
        torch.manual_seed(1)
        self.a, self.b = (nn.Sequential(nn.Linear(D, 7), nn.Tanh(), nn.Dropout(dropout), nn.Linear(7, E)) for _ in "ab")
        self.double()

    def forward(self, x):
        return {m: getattr(self, m)(x[m]) for m in x}


@pytest.mark.parametrize("chunk", [1, 2, 4, 5, 10, 11, 50])
def test_the_cache_gives_the_gradient_of_the_whole_batch(chunk, device):
    a, b, _ = batch()
    x = {"a": a.to(device), "b": b.to(device)}
    whole, parts = Towers().to(device), Towers().to(device)
    whole_loss, parts_loss = losses.CLIPLoss().double().to(device), losses.CLIPLoss().double().to(device)
    want = whole_loss(*whole(x).values())
    want.backward()
    got = grad_cache(parts, x, lambda z: parts_loss(z["a"], z["b"]), chunk=chunk)
    assert not got.requires_grad
    torch.testing.assert_close(got, want.detach())
    for p, q in zip(
        (*parts.parameters(), *parts_loss.parameters()), (*whole.parameters(), *whole_loss.parameters()), strict=True
    ):
        torch.testing.assert_close(p.grad, q.grad, rtol=1e-9, atol=1e-13)


def test_the_cache_adds_to_the_gradient_and_drops_the_same_units_twice():
    """With dropout the oracle is a run that keeps the masks: the gradient is that of the drawn network."""
    a, b, _ = batch()
    torch.manual_seed(5)
    net = Towers(dropout=0.5)
    drawn = []
    torch.manual_seed(8)
    start = torch.get_rng_state()
    grad_cache(net, {"a": a, "b": b}, lambda z: losses.clip(z["a"], z["b"]), chunk=4)
    once = [p.grad.clone() for p in net.parameters()]
    after = torch.get_rng_state()
    net.zero_grad()
    torch.set_rng_state(start)
    for rows in torch.arange(N).split(4):
        drawn.append(net({"a": a[rows], "b": b[rows]}))
    losses.clip(torch.cat([z["a"] for z in drawn]), torch.cat([z["b"] for z in drawn])).backward()
    for p, grad in zip(net.parameters(), once, strict=True):
        torch.testing.assert_close(p.grad, grad, rtol=1e-9, atol=1e-13)
    assert torch.equal(torch.get_rng_state(), after)  # no more random numbers are used than by one pass
    torch.set_rng_state(start)
    grad_cache(net, {"a": a, "b": b}, lambda z: losses.clip(z["a"], z["b"]), chunk=4)
    for p, grad in zip(net.parameters(), once, strict=True):
        torch.testing.assert_close(p.grad, 2 * grad, rtol=1e-9, atol=1e-13)


def test_a_frozen_tower_and_an_embedding_that_the_loss_ignores():
    a, b, _ = batch()
    whole, parts = Towers(), Towers()
    for net in (whole, parts):
        net.b.requires_grad_(False)
    x = {"a": a, "b": b}
    losses.clip(*whole(x).values()).backward()
    grad_cache(parts, x, lambda z: losses.clip(z["a"], z["b"]), chunk=4)
    for p, q in zip(parts.a.parameters(), whole.a.parameters(), strict=True):
        torch.testing.assert_close(p.grad, q.grad, rtol=1e-9, atol=1e-13)
    assert all(p.grad is None for p in parts.b.parameters())
    grad_cache(Towers(), x, lambda z: losses.barlow_twins(z["a"], z["a"]), chunk=4)


def test_the_cache_refuses_what_it_cannot_cut():
    a, b, _ = batch()
    net = Towers()
    with pytest.raises(ValueError, match=r"^chunk is 0, needs"):
        grad_cache(net, {"a": a, "b": b}, lambda z: z["a"].sum(), chunk=0)
    with pytest.raises(ValueError, match=r"^x is empty, needs"):
        grad_cache(net, {"a": a[:0], "b": b[:0]}, lambda z: z["a"].sum(), chunk=2)
    with pytest.raises(ValueError, match=r"^loss gave shape \(11, 3\), needs a scalar"):
        grad_cache(net, {"a": a, "b": b}, lambda z: z["a"], chunk=2)
    with pytest.raises(ValueError, match="^loss gave a float, needs a scalar tensor"):
        grad_cache(net, {"a": a, "b": b}, lambda z: z["a"].sum().item(), chunk=2)
    with pytest.raises(ValueError, match=r"^encode gave 5 rows for 11"):
        grad_cache(lambda x: x.mean(0, keepdim=True), a, lambda z: z.sum(), chunk=2)
