# %% [markdown]
# # Optimisers, from plain descent to AdamW
#
# Every training loop ends in one line that moves the weights. Here you write the four rules
# that nearly everyone uses, and the two companions that keep them out of trouble: clipping and
# a schedule for the rate.
#
# A rule is a function from (weights, gradient, what it remembers) to (new weights, new memory).
# No function may change the arrays it is given.

# %%
import numpy as np


# %% task: momentum_step
def momentum_step(w, g, v, rate, beta=0.9):
    """One step of gradient descent with momentum. Return (w, v).

    v is the velocity, an array like w, zero before the first step: v becomes beta * v + g,
    and w moves by -rate * v.
    """
    raise NotImplementedError


# %% task: rmsprop_step
def rmsprop_step(w, g, s, rate, beta=0.99, eps=1e-8):
    """One step of RMSProp. Return (w, s).

    s is the running mean of the squared gradient, zero before the first step. The step is
    -rate * g / (sqrt(s) + eps), with the new s.
    """
    raise NotImplementedError


# %% task: adam_step
def adam_step(w, g, state, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam, with bias correction. Return (w, state).

    state: a dict with "t" (steps taken so far, 0 at first), "m" and "v" (running means of the
    gradient and of its square, zero at first). Return a new dict with the same keys.
    """
    raise NotImplementedError


# %% task: adamw_step
def adamw_step(w, g, state, rate, decay=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of AdamW: the weights shrink by the factor (1 - rate * decay), and Adam moves them by g.

    Returns (w, state), as adam_step does.
    """
    raise NotImplementedError


# %% task: clip
def clip(gradients, limit):
    """If the norm of all gradients together is above `limit`, scale them all down to it.

    gradients: a dict of arrays.  Returns (gradients, norm): a new dict, and the norm before
    clipping as one number.
    """
    raise NotImplementedError


# %% task: schedule
def schedule(step, warmup, total, peak, floor=0.0):
    """Return the rate at `step`, counted from 0.

    During the first `warmup` steps it grows in equal amounts: peak / warmup at step 0, peak at
    step warmup - 1. From step `warmup`, half a cosine takes it from peak down to floor, which it
    reaches at step `total` and then keeps.
    """
    raise NotImplementedError


# %% task: descend
def descend(method, a, w, steps, rate):
    """Minimise the loss sum(a * w**2) / 2, whose gradient is a * w, from the given w.

    method: "sgd" (no memory), "momentum", "rmsprop" or "adam", with their default settings.
    Returns the losses as an array: before the first step, and after each of them.
    """
    raise NotImplementedError


# %% Try it: a valley a hundred times steeper across than along
if __name__ == "__main__":
    a, w = np.array([1.0, 100.0]), np.array([10.0, 1.0])
    for method, rate in [("sgd", 0.018), ("momentum", 0.005), ("rmsprop", 0.05), ("adam", 0.3)]:
        losses = descend(method, a, w, 100, rate)
        print(
            f"{method:9s} rate {rate:<6} loss after 0, 10, 100 steps: {losses[0]:.2f} {losses[10]:.3f} {losses[100]:.6f}"
        )
