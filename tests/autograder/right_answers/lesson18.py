"""Right answers to the tasks of lesson 18, in other styles than the references."""

import numpy as np
import torch


def layout_cases(kernel):
    if kernel.dim() == 2:
        return kernel.T
    if kernel.dim() == 3:
        return kernel.permute(2, 1, 0)
    if kernel.dim() == 4:
        return kernel.permute(3, 2, 0, 1)
    return kernel.permute(4, 3, 0, 1, 2)


def layout_movedim(kernel):
    return torch.movedim(kernel, (-1, -2), (0, 1))


def layout_numpy(kernel):
    return torch.from_numpy(np.moveaxis(kernel.numpy(), [-1, -2], [0, 1]).copy())


def layout_filled(kernel):
    *window, wide, units = kernel.shape
    out = kernel.new_empty(units, wide, *window)
    for o in range(units):
        for i in range(wide):
            out[o, i] = kernel[..., i, o]
    return out


def flatten_index(kernel, channels, height, width):
    rows = torch.arange(len(kernel)).view(height, width, channels).permute(2, 0, 1).reshape(-1)
    return kernel[rows].T


def flatten_loops(kernel, channels, height, width):
    out = torch.empty(kernel.shape[1], len(kernel), dtype=kernel.dtype)
    for c in range(channels):
        for h in range(height):
            for w in range(width):
                out[:, (c * height + h) * width + w] = kernel[(h * width + w) * channels + c]
    return out


def flatten_two_axes(kernel, channels, height, width):
    weight = kernel.T.view(-1, height * width, channels)
    return weight.transpose(1, 2).reshape(kernel.shape[1], -1)


def flatten_einsum(kernel, channels, height, width):
    return torch.einsum("hwco->ochw", kernel.view(height, width, channels, -1)).reshape(kernel.shape[1], -1)


def gru_rows(kernel, recurrent, bias):
    units = len(recurrent)
    order = [*range(units, 2 * units), *range(units), *range(2 * units, 3 * units)]
    return kernel.T[order], recurrent.T[order], bias[0][order], bias[1][order]


def gru_blocks(kernel, recurrent, bias):
    u = recurrent.shape[0]

    def turn(x):
        return torch.cat((x[u : 2 * u], x[:u], x[2 * u :]))

    return tuple(turn(x) for x in (kernel.T, recurrent.T, bias[0], bias[1]))


def gru_list(kernel, recurrent, bias):
    out = []
    for part in (kernel, recurrent, bias[:1], bias[1:]):
        blocks = part.unflatten(1, (3, -1))[:, [1, 0, 2]]
        out.append(blocks.flatten(1).T.contiguous())
    out[2], out[3] = out[2].flatten(), out[3].flatten()
    return out


def gru_numpy(kernel, recurrent, bias):
    def turn(x):
        z, r, n = np.split(x.numpy(), 3, axis=-1)
        return torch.from_numpy(np.concatenate([r, z, n], axis=-1))

    return turn(kernel).T, turn(recurrent).T, turn(bias)[0], turn(bias)[1]


def layout_transposes(kernel):
    out = kernel.transpose(-1, -2)
    for _ in range(kernel.dim() - 2):
        out = out.movedim(0, -1)
    return out.contiguous()


def flatten_unflatten(kernel, channels, height, width):
    cut = kernel.T.unflatten(1, (height, width, channels))
    return cut.movedim(3, 1).flatten(1).clone()


def gru_swapped(kernel, recurrent, bias):
    units = recurrent.shape[0]
    parts = [kernel.T.clone(), recurrent.T.clone(), bias[0].clone(), bias[1].clone()]
    for part in parts:
        part[: 2 * units] = part[: 2 * units].roll(units, 0)
    return tuple(parts)


RIGHT = {
    "18.1": [layout_cases, layout_movedim, layout_numpy, layout_filled, layout_transposes],
    "18.2": [flatten_index, flatten_loops, flatten_two_axes, flatten_einsum, flatten_unflatten],
    "18.3": [gru_rows, gru_blocks, gru_list, gru_numpy, gru_swapped],
}
