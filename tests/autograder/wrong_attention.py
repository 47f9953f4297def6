"""Plausible wrong answers to the tasks of lesson 08: each must be rejected."""

import torch


def attention_sigmoid(q, k, v, key_mask=None):
    a = torch.sigmoid(q @ k.mT / q.shape[-1] ** 0.5)
    return (a if key_mask is None else a * key_mask[:, None]) @ v


def attention_masked_queries(q, k, v, key_mask=None):
    s = q @ k.mT / q.shape[-1] ** 0.5
    if key_mask is not None and q.shape[1] == k.shape[1]:
        s = s.masked_fill(~key_mask[:, :, None], -1e30)
    return s.softmax(-1) @ v


def attention_small_negative(q, k, v, key_mask=None):
    s = q @ k.mT / q.shape[-1] ** 0.5
    if key_mask is None:
        return s.softmax(-1) @ v
    a = s.masked_fill(~key_mask[:, None], -10.0).softmax(-1) * key_mask[:, None]
    return a @ v


def attention_hardest(q, k, v, key_mask=None):
    s = q @ k.mT
    if key_mask is not None:
        s = s.masked_fill(~key_mask[:, None], -1e30)
    best = s.argmax(-1)
    return v.gather(1, best[..., None].expand(-1, -1, v.shape[2]))


def pool_cosine(feats, query, present):
    s = torch.nn.functional.cosine_similarity(feats, query.expand_as(feats), dim=2)
    a = s.masked_fill(~present, -torch.inf).softmax(1)
    return (a[..., None] * feats).sum(1), a


def pool_swapped(feats, query, present):
    s = feats @ query / feats.shape[-1] ** 0.5
    a = s.masked_fill(~present, -torch.inf).softmax(1)
    return a, (a[..., None] * feats).sum(1)


def pool_scores_for_weights(feats, query, present):
    s = feats @ query / feats.shape[-1] ** 0.5
    a = s.masked_fill(~present, -torch.inf).softmax(1)
    return (a[..., None] * feats).sum(1), s


def step_layer_on_z_too(a, b, z, layer):
    ya, yb = layer(torch.cat([a, z], 1)), layer(torch.cat([b, z], 1))
    return ya[:, : a.shape[1]], yb[:, : b.shape[1]], layer((ya[:, a.shape[1] :] + yb[:, b.shape[1] :]) / 2)


def step_mean_before(a, b, z, layer):
    y = layer(torch.cat([a.mean(1, keepdim=True), b.mean(1, keepdim=True), z], 1))
    return layer(a), layer(b), y[:, 2:]


def gcn_no_features(x, adj, w):
    a = adj + torch.eye(len(adj), dtype=adj.dtype)
    d = a.sum(1).rsqrt()
    return torch.relu(d[:, None] * a * d @ (x @ w).abs())


def gcn_two_loops(x, adj, w):
    a = adj + 2 * torch.eye(len(adj), dtype=adj.dtype)
    d = a.sum(1).rsqrt()
    return torch.relu(d[:, None] * a * d @ x @ w)


def gcn_full_degree(x, adj, w):
    a = adj + torch.eye(len(adj), dtype=adj.dtype)
    return torch.relu(a @ x @ w / a.sum())


WRONG = {
    "08.1": [attention_sigmoid, attention_masked_queries, attention_small_negative, attention_hardest],
    "08.2": [pool_cosine, pool_swapped, pool_scores_for_weights],
    "08.3": [step_layer_on_z_too, step_mean_before],
    "08.4": [gcn_no_features, gcn_two_loops, gcn_full_degree],
}
