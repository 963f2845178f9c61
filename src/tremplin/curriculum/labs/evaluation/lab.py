# %% [markdown]
# # Is it better, or was it luck?
#
# Six short functions that stand between a number and a claim: intervals for an accuracy and for
# a mean, a comparison on the same examples, a test, a measure of honest confidence, and the
# price of trying often.
#
# Random choices come from `np.random.default_rng(seed)`.

# %%
import numpy as np


# %% task: wilson
def wilson(hits, n, z=1.96):
    """Return (low, high), the Wilson interval for a proportion of which `hits` of `n` were seen."""
    raise NotImplementedError


# %% task: bootstrap
def bootstrap(values, draws, seed):
    """Return (low, high): the middle 95 % of the means of `draws` samples, drawn from the values with replacement.

    values: shape (n,). Each sample has n values.
    """
    raise NotImplementedError


# %% task: paired
def paired(a, b):
    """Return (difference, error): the mean of a - b over the examples, and the standard error of that mean.

    a, b: what two models scored on the same n examples. The variance divides by n - 1.
    """
    raise NotImplementedError


# %% task: permutation_test
def permutation_test(a, b, draws, seed):
    """Return the p-value of the mean difference of a and b, both directions together.

    If the models were alike, each difference a[i] - b[i] might as well have the other sign. Flip
    signs at random, `draws` times; count how often the mean is at least as far from zero as the
    one observed. Count the observed one too: (count + 1) / (draws + 1).
    """
    raise NotImplementedError


# %% task: calibration_error
def calibration_error(confidence, right, bins):
    """Return the expected calibration error with equal bins from 0 to 1.

    confidence: shape (n,), in [0, 1].  right: 1.0 where the model was right, else 0.0.
    In each bin take the distance between mean confidence and share of right answers; return the
    mean of these distances, weighted by how many examples are in each bin.
    """
    raise NotImplementedError


# %% task: expected_best
def expected_best(scores, k):
    """Return the expected largest of k scores drawn, with replacement, from those of n runs."""
    raise NotImplementedError


# %% Try it: two models on the same 500 examples
if __name__ == "__main__":
    rng = np.random.default_rng(1)
    difficulty = rng.random(500)
    a = (difficulty < 0.84).astype(float)
    b = (difficulty < 0.81).astype(float)
    for name, model in (("a", a), ("b", b)):
        low, high = wilson(model.sum(), 500)
        print(f"model {name}: {model.mean():.3f}, interval {low:.3f} to {high:.3f}")
    difference, error = paired(a, b)
    print(f"difference {difference:.3f} ± {1.96 * error:.3f}, p = {permutation_test(a, b, 5000, 0):.4f}")
