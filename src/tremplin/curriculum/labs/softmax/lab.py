# %% [markdown]
# # Softmax and cross-entropy, done stably
#
# Read the notes first, then complete the four functions below. Each replaces its
# `raise NotImplementedError` with a few lines of NumPy. No loop is needed.
#
# Conventions: `z` holds scores ("logits"), one row per example and one column per class.
# `y` holds the right class of each example as an integer.

# %%
import numpy as np


# %% task: softmax
def softmax(z):
    """Turn each row of scores into probabilities.

    z: array of shape (n, k).
    Returns an array of shape (n, k), positive, whose rows add up to 1.
    Must hold for scores as large as 10,000, and must not change z.
    """
    raise NotImplementedError


# %% task: log_softmax
def log_softmax(z):
    """Return the logarithm of softmax(z), computed without ever rounding a probability to zero.

    z: array of shape (n, k).  Returns an array of shape (n, k).
    """
    raise NotImplementedError


# %% task: cross_entropy
def cross_entropy(z, y):
    """Return the mean over the examples of -log p(right class), as one number.

    z: scores, shape (n, k).  y: integers in 0..k-1, shape (n,).
    """
    raise NotImplementedError


# %% task: cross_entropy_grad
def cross_entropy_grad(z, y):
    """Return the gradient of cross_entropy(z, y) with respect to z, shape (n, k)."""
    raise NotImplementedError


# %% Try it
if __name__ == "__main__":
    scores = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 10_000.0]])
    labels = np.array([0, 2])
    print("probabilities\n", softmax(scores))
    print("loss", cross_entropy(scores, labels))
    print("gradient\n", cross_entropy_grad(scores, labels))
