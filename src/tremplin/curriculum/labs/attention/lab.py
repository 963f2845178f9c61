# %% [markdown]
# # Causal self-attention, forward
#
# Each token of a sequence looks at the tokens before it and takes from each what it needs.
# You write the mask, the attention itself, the cut into heads, and the layer that joins them.
# The checks disturb one token and watch which outputs move: a causal layer cannot see the future.
#
# Masks are boolean and say where looking is ALLOWED: mask[i, j] is True if position i may look
# at position j.

# %%
import numpy as np


# %% task: causal_mask
def causal_mask(n):
    """Return the boolean array of shape (n, n) that lets each position see itself and the past."""
    raise NotImplementedError


# %% task: attention
def attention(q, k, v, mask):
    """Scaled dot-product attention.

    q: (..., n, d).  k: (..., m, d).  v: (..., m, e).  mask: booleans that broadcast to (..., n, m).
    Returns (output, weights) of shapes (..., n, e) and (..., n, m). Weights are exactly zero where
    looking is not allowed. A row that may look nowhere has weights 0 and output 0, not NaN.
    """
    raise NotImplementedError


# %% task: split_heads
def split_heads(x, heads):
    """Cut the features into heads: (n, d) becomes (heads, n, d // heads), head 0 first."""
    raise NotImplementedError


# %% task: merge_heads
def merge_heads(x):
    """Undo split_heads: (heads, n, size) becomes (n, heads * size)."""
    raise NotImplementedError


# %% task: self_attention
def self_attention(x, wq, wk, wv, wo, heads, real=None):
    """Causal multi-head self-attention of one sequence.

    x: (n, d).  wq, wk, wv, wo: (d, d), applied as x @ w.  Returns (n, d).
    real: booleans of shape (n,), False for padding, which nobody may look at; None if all are real.
    """
    raise NotImplementedError


# %% Try it
if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 8))
    weights = [rng.normal(size=(8, 8)) / np.sqrt(8) for _ in range(4)]
    before = self_attention(x, *weights, heads=2)
    x[3] += 1.0
    moved = np.abs(self_attention(x, *weights, heads=2) - before).max(axis=1) > 1e-12
    print("changed token 3; outputs that moved:", np.flatnonzero(moved), "(expected 3 and 4)")
