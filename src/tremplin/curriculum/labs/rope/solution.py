import numpy as np


def frequencies(d, base=10000.0):
    return base ** (-np.arange(0, d, 2) / d)


def angles(positions, d, base=10000.0):
    return np.asarray(positions, dtype=np.float64)[:, None] * frequencies(d, base)


def rotate(x, positions, base=10000.0):
    turn = angles(positions, x.shape[-1], base)
    cos, sin = np.cos(turn), np.sin(turn)
    first, second = x[..., 0::2], x[..., 1::2]
    result = np.empty_like(x)
    result[..., 0::2] = first * cos - second * sin
    result[..., 1::2] = first * sin + second * cos
    return result


def scores(q, k, q_positions, k_positions, base=10000.0):
    q, k = rotate(q, q_positions, base), rotate(k, k_positions, base)
    return q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])


def decode(cache, q, k, v, base=10000.0):
    here = np.array([len(cache["k"])])
    keys = np.concatenate([cache["k"], rotate(k[None], here, base)])
    values = np.concatenate([cache["v"], v[None]])
    row = keys @ rotate(q[None], here, base)[0] / np.sqrt(len(q))
    weights = np.exp(row - row.max())
    return weights / weights.sum() @ values, {"k": keys, "v": values}


def to_halves(d):
    return np.concatenate([np.arange(0, d, 2), np.arange(1, d, 2)])


def rotate_halves(x, positions, base=10000.0):
    turn = angles(positions, x.shape[-1], base)
    cos, sin = np.cos(turn), np.sin(turn)
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)
