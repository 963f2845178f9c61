import numpy as np


def causal_mask(n):
    return np.tril(np.ones((n, n), dtype=bool))


def attention(q, k, v, mask):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    scores = np.where(mask, scores, -np.inf)
    highest = scores.max(axis=-1, keepdims=True)
    highest = np.where(np.isfinite(highest), highest, 0.0)
    weights = np.exp(scores - highest)
    total = weights.sum(axis=-1, keepdims=True)
    weights = weights / np.where(total == 0, 1.0, total)
    return weights @ v, weights


def split_heads(x, heads):
    n, d = x.shape
    return x.reshape(n, heads, d // heads).transpose(1, 0, 2)


def merge_heads(x):
    heads, n, size = x.shape
    return x.transpose(1, 0, 2).reshape(n, heads * size)


def self_attention(x, wq, wk, wv, wo, heads, real=None):
    mask = causal_mask(len(x))
    if real is not None:
        mask = mask & real[None, :]
    q, k, v = (split_heads(x @ w, heads) for w in (wq, wk, wv))
    output, _ = attention(q, k, v, mask)
    return merge_heads(output)
