# %% [markdown]
# # From scores to text
#
# A language model gives a score to every symbol. What it then writes is decided by a few lines
# that nobody trains: how much chance to allow, what to cut off, how to draw, when to look ahead.
# You write all of them: temperature, top-k, top-p, a draw that is never wrong at its ends, the
# trick by which a small model speeds up a large one without changing a single probability, and
# beam search.
#
# Chance comes from outside, as numbers u between 0 and 1 (1 excluded). The same u gives the same
# text.

# %%
import numpy as np


# %% task: with_temperature
def with_temperature(logits, t):
    """Return softmax(logits / t), shape (V,), without overflow.

    With t = 0 the whole probability goes to the largest score, to the first one if several are.
    """
    raise NotImplementedError


# %% task: top_k
def top_k(p, k):
    """Keep the k largest probabilities, set the others to 0, and scale what is left to a sum of 1.

    Exactly k are kept (all if there are fewer): of equal ones, those that come first.
    """
    raise NotImplementedError


# %% task: top_p
def top_p(p, threshold):
    """Keep the fewest of the largest probabilities that together reach the threshold; scale to a sum of 1.

    The symbol with which the sum reaches the threshold is kept. Of equal ones, the first come first.
    """
    raise NotImplementedError


# %% task: pick
def pick(p, u):
    """Return a symbol for each number of u, as an array of n integers.

    u: shape (n,), in [0, 1). Symbol i gets the numbers from p[0] + … + p[i-1], included, to
    p[0] + … + p[i], excluded. A symbol of probability 0 is never returned, for no u at all.
    """
    raise NotImplementedError


# %% task: next_symbols
def next_symbols(logits, u, t=1.0, k=None, threshold=None):
    """Return a symbol for each number of u: temperature first, then top-k, then top-p, then pick.

    k and threshold are None where there is nothing to cut off.
    """
    raise NotImplementedError


# %% task: speculate
def speculate(p, q, draft, u, v):
    """Turn symbols drawn by a small model into symbols that are distributed as the large one wants.

    p: the large model's probabilities.  q: those of the small one, by which `draft` was drawn.
    draft: n symbols.  u, v: n numbers each.  Returns n symbols.
    draft[i] stays if u[i] < p[draft[i]] / q[draft[i]]. Otherwise v[i] picks another symbol from
    what p has more than q: max(p - q, 0), scaled to a sum of 1.
    """
    raise NotImplementedError


# %% task: beam
def beam(logp, start, end, width, steps, alpha=0.0):
    """Search for the likeliest sequence. Returns (symbols, score).

    logp: shape (V, V); logp[a, b] is the log-probability of b after a.
    In each of `steps` rounds extend every running sequence by every symbol, and keep the `width`
    best of all of these by their sum of log-probabilities. Those that now end with `end` are
    finished: they are set aside and not extended.
    At last, choose among the finished and those still running the one with the largest
    score / length ** alpha. The score is the sum; start does not count as a symbol, end does.
    """
    raise NotImplementedError


# %% Try it: a model of seven words
if __name__ == "__main__":
    words = ["the", "cat", "dog", "sat", "ran", "away", "."]
    rng = np.random.default_rng(77)
    logits = rng.normal(size=(7, 7)) * 2
    logits[np.arange(7), np.arange(7)] = -9
    for t in (0, 0.5, 1, 2):
        text, at = [], 0
        for _ in range(12):
            text.append(words[at])
            at = int(next_symbols(logits[at], rng.random(1), t, threshold=0.95)[0])
        print(f"temperature {t}: {' '.join(text)}")
    logp = np.log([with_temperature(row, 1.0) for row in logits])
    for width in (1, 2, 8):
        symbols, score = beam(logp, 0, 6, width, 8)
        print(f"beam of {width}: {' '.join(words[s] for s in symbols)} ({score:.2f})")
