import loss_oracles as oracle
import pytest
import torch

from fusion_edu.losses import all_pairs


@pytest.mark.parametrize("labels", [[0, 0], [0, 1], [2, 0, 2, 1, 0, 2], [False, True, True]])
def test_equals_two_loops(device, labels):
    i, j, similar = all_pairs(torch.tensor(labels, device=device))
    assert list(zip(i.tolist(), j.tolist(), similar.tolist(), strict=True)) == oracle.all_pairs(labels)
    assert i.device.type == j.device.type == similar.device.type == device.type
    assert (i.dtype, j.dtype, similar.dtype) == (torch.int64, torch.int64, torch.bool)


def test_runs_on_the_meta_device():
    assert all(x.is_meta and x.shape == (10,) for x in all_pairs(torch.zeros(5, dtype=torch.int64, device="meta")))


def test_refuses():
    with pytest.raises(ValueError, match="^labels has 1 samples, needs >= 2 to make a pair$"):
        all_pairs(torch.tensor([3]))
    with pytest.raises(ValueError, match=r"^labels has shape \(2, 1\), needs \(B\)$"):
        all_pairs(torch.tensor([[3], [3]]))
    with pytest.raises(TypeError, match="^labels has dtype torch.float32, needs integers or bool: class numbers$"):
        all_pairs(torch.tensor([3.0, 3.0]))
    with pytest.raises(TypeError, match="^labels is a list, needs a torch tensor"):
        all_pairs([1, 2])
