# %% [markdown]
# # Batch normalisation, backwards by hand
#
# A library gives you this layer in one word. Here you write it: how it trains, how it answers
# afterwards, and its gradient, which is the finest exercise on the chain rule there is. At the
# end you put it between two linear layers and derive the whole network.
#
# Everywhere, a row is an example and a column is a unit. `d` is the gradient of the loss with
# respect to what a layer returned.

# %%
import numpy as np


# %% task: linear_backward
def linear_backward(d, x, w):
    """The layer returned x @ w + b. Return the gradients (d_x, d_w, d_b).

    d: shape (n, q).  x: shape (n, p).  w: shape (p, q).
    """
    raise NotImplementedError


# %% task: batchnorm_forward
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    """Normalise each unit over the batch, then scale by gamma and shift by beta.

    x: shape (n, d).  gamma, beta: shape (d,).  The variance divides by n.
    Returns (out, mean, var): out of shape (n, d), mean and var of the batch of shape (d,).
    """
    raise NotImplementedError


# %% task: batchnorm_backward
def batchnorm_backward(d, x, gamma, eps=1e-5):
    """Return the gradients (d_x, d_gamma, d_beta) of batchnorm_forward(x, gamma, beta, eps).

    The mean and the variance were computed from x: what moves x moves them too.
    """
    raise NotImplementedError


# %% task: update_running
def update_running(running_mean, running_var, x, momentum=0.1):
    """Return (mean, var): the running values moved a fraction `momentum` towards those of the batch x.

    The variance of the batch divides by n - 1 here, since it stands for data not seen.
    The arrays given are not changed.
    """
    raise NotImplementedError


# %% task: batchnorm_eval
def batchnorm_eval(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """What the layer answers after training: normalise by the running values, not by the batch."""
    raise NotImplementedError


# %% task: loss_and_gradients
def loss_and_gradients(params, x, y):
    """Linear, batch normalisation, relu, linear, mean cross-entropy: return the loss and all gradients.

    params: a dict with "w1" (p, h), "b1" (h,), "gamma" (h,), "beta" (h,), "w2" (h, k), "b2" (k,).
    Returns (loss, gradients), gradients a dict with the same keys and shapes.
    """
    raise NotImplementedError


# %% Given: the loss, as in the softmax lab
def softmax_loss(scores, y):
    """Return the mean cross-entropy of the scores, and its gradient with respect to them."""
    n = len(y)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    d = np.exp(log_p)
    d[np.arange(n), y] -= 1
    return -log_p[np.arange(n), y].mean(), d / n


# %% Try it: does moving one number of x change the loss as your gradient says?
if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x, gamma, beta, d = (
        rng.normal(size=(5, 3)),
        rng.normal(size=3),
        rng.normal(size=3),
        rng.normal(size=(5, 3)),
    )
    d_x, _, _ = batchnorm_backward(d, x, gamma)
    h = 1e-6
    for r, c in [(0, 0), (3, 1), (4, 2)]:
        up, down = x.copy(), x.copy()
        up[r, c] += h
        down[r, c] -= h
        out_up, out_down = batchnorm_forward(up, gamma, beta)[0], batchnorm_forward(down, gamma, beta)[0]
        print(
            f"row {r}, unit {c}: yours {d_x[r, c]:+.8f}, measured {(d * (out_up - out_down)).sum() / (2 * h):+.8f}"
        )
