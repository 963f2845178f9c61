# %% [markdown]
# # Rotary positions
#
# Attention does not know the order of its tokens. You tell it by turning each query and each key
# by an angle that grows with its position. Then a score depends on what two tokens say and on how
# far apart they are, and on nothing else. You write the rotation, the scores, one step of
# generation with a cache, and the change between the two layouts that are in use.
#
# Features are taken in pairs of neighbours: (0, 1), (2, 3), and so on. d is always even.

# %%
import numpy as np


# %% task: frequencies
def frequencies(d, base=10000.0):
    """Return how far each pair turns per position, in radians: shape (d // 2,).

    Pair j turns by base ** (-2 * j / d): the first pair by 1, each later one more slowly.
    """
    raise NotImplementedError


# %% task: angles
def angles(positions, d, base=10000.0):
    """Return the angle of every pair at every position: shape (n, d // 2), in double precision.

    positions: n numbers, integers or not, in any order, perhaps very large, of any type.
    """
    raise NotImplementedError


# %% task: rotate
def rotate(x, positions, base=10000.0):
    """Turn each pair of neighbouring features of x counter-clockwise by its angle.

    x: (..., n, d), row i at positions[i]. Returns the same shape; x itself stays as it is.
    """
    raise NotImplementedError


# %% task: scores
def scores(q, k, q_positions, k_positions, base=10000.0):
    """Return the scaled attention scores of turned queries with turned keys.

    q: (..., n, d).  k: (..., m, d).  Returns (..., n, m), divided by the square root of d.
    """
    raise NotImplementedError


# %% task: decode
def decode(cache, q, k, v, base=10000.0):
    """One step of generation: the new token looks at all tokens before it and at itself.

    cache: {"k": (t, d), "v": (t, e)}, the turned keys and the values of positions 0 to t - 1.
    q, k, v: of the new token, not turned yet: (d,), (d,), (e,).
    Returns (output, cache): the attention output, shape (e,), and a new cache of t + 1 rows.
    The cache that was handed in stays as it is. At the start t is 0.
    """
    raise NotImplementedError


# %% task: to_halves
def to_halves(d):
    """Return the order of features p that makes both layouts agree, as an array of d integers:

    rotate_halves(x[..., p], positions) == rotate(x, positions)[..., p]
    """
    raise NotImplementedError


# %% Given: the other layout
def rotate_halves(x, positions, base=10000.0):
    """The same rotation, for programs that pair feature j with feature j + d // 2."""
    turn = angles(positions, x.shape[-1], base)
    cos, sin = np.cos(turn), np.sin(turn)
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)


# %% Try it: only the distance counts
if __name__ == "__main__":
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(1, 8)), rng.normal(size=(1, 8))
    for i, j in ((2, 5), (102, 105), (5, 2)):
        score = scores(q, k, np.array([i]), np.array([j]))[0, 0]
        print(f"query at {i:3d}, key at {j:3d}: score {score:.6f}")
