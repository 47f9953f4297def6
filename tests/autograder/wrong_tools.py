"""Plausible wrong answers to the tasks of lesson 18 that are no mistake of the catalogue: each must be rejected."""

import torch


def layout_conv2d_only(kernel):
    return kernel.permute(3, 2, 0, 1)


def layout_view_of_transpose(kernel):
    return kernel.T.reshape(kernel.shape[-1], kernel.shape[-2], *kernel.shape[:-2])[..., :1].expand(
        kernel.shape[-1], kernel.shape[-2], *kernel.shape[:-2]
    )


def layout_half(kernel):
    return kernel.movedim((-1, -2), (0, 1)).half()


def flatten_square_only(kernel, channels, height, width):
    return kernel.reshape(height, height, channels, -1).permute(3, 2, 0, 1).flatten(1)


def flatten_by_channel_rows(kernel, channels, height, width):
    return torch.cat([kernel[c * height * width : (c + 1) * height * width] for c in range(channels)]).T


def gru_reset_last(kernel, recurrent, bias):
    def turn(x):
        z, r, n = x.chunk(3, -1)
        return torch.cat([n, r, z], -1)

    return turn(kernel).T, turn(recurrent).T, turn(bias[0]), turn(bias[1])


def gru_one_bias(kernel, recurrent, bias):
    def turn(x):
        z, r, n = x.chunk(3, -1)
        return torch.cat([r, z, n], -1)

    return turn(kernel).T, turn(recurrent).T, turn(bias.sum(0) / 2), turn(bias.sum(0) / 2)


WRONG = {
    "18.1": [layout_conv2d_only, layout_view_of_transpose, layout_half],
    "18.2": [flatten_square_only, flatten_by_channel_rows],
    "18.3": [gru_reset_last, gru_one_bias],
}
