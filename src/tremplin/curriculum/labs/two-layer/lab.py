# %% [markdown]
# # Train a two-layer network, honestly
#
# Three spirals, two coordinates, no library but NumPy. You write every part that a deep-learning
# framework would hide: the split, the scaling, the initialisation, the gradients, the batches
# and the loop. The checks look at the parts one by one, then train your network on spirals
# that nobody has seen and test it on others.
#
# Every random choice comes from `np.random.default_rng(seed)`, so the same seed gives the same
# result.

# %%
import numpy as np


# %% Given: the data
def spirals(per_class, seed, noise=0.04):
    """Three interleaved spirals. Returns x of shape (3 * per_class, 2) and y in {0, 1, 2}, sorted by class."""
    rng = np.random.default_rng(seed)
    points = []
    for arm in range(3):
        radius = np.sqrt(rng.uniform(0.02, 1.0, per_class))
        angle = 2 * np.pi * (1.15 * radius + arm / 3)
        points.append(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1))
    x = np.concatenate(points)
    return x + rng.normal(scale=noise, size=x.shape), np.repeat(np.arange(3), per_class)


# %% task: split
def split(n, fraction, seed):
    """Divide the numbers 0..n-1 at random into training and validation indices.

    Returns (train, validation): two integer arrays that share nothing and miss nothing, with
    int(n * fraction) indices in the second.
    """
    raise NotImplementedError


# %% task: prepare
def prepare(x, y, fraction, seed):
    """Split the data, then standardise it with what the training part alone can tell.

    Returns (x_train, y_train, x_val, y_val). Each column of x_train has mean 0 and standard
    deviation 1; x_val is moved and scaled by the same numbers.
    """
    raise NotImplementedError


# %% task: init
def init(inputs, hidden, classes, seed):
    """Return {"w1": (inputs, hidden), "b1": (hidden,), "w2": (hidden, classes), "b2": (classes,)}.

    Weights are normal with standard deviation sqrt(2 / rows of the matrix); biases are zero.
    """
    raise NotImplementedError


# %% task: forward
def forward(params, x):
    """Return the scores, shape (n, classes): a linear layer, relu, a linear layer."""
    raise NotImplementedError


# %% task: loss_and_gradients
def loss_and_gradients(params, x, y):
    """Return the mean cross-entropy, and its gradients in a dict with the same keys as params."""
    raise NotImplementedError


# %% task: batches
def batches(n, size, seed):
    """Yield index arrays that together hold each of 0..n-1 exactly once, in random order.

    All have `size` indices, except that the last may be shorter.
    """
    raise NotImplementedError


# %% task: train
def train(x_train, y_train, x_val, y_val, hidden=64, epochs=150, size=32, rate=0.5, seed=0):
    """Mini-batch gradient descent: in each epoch, visit the batches and step against the gradient.

    Returns (params, history). history["loss"] and history["val_accuracy"] have one number per
    epoch, the accuracy measured after it. Nothing may be learnt from the validation data.
    """
    raise NotImplementedError


# %% Given
def accuracy(params, x, y):
    return float((forward(params, x).argmax(axis=1) == y).mean())


# %% Try it
if __name__ == "__main__":
    data = prepare(*spirals(120, seed=1), fraction=0.2, seed=2)
    params, history = train(*data)
    for epoch in range(0, len(history["loss"]), 25):
        print(
            f"epoch {epoch:3d}  loss {history['loss'][epoch]:.3f}  validation {history['val_accuracy'][epoch]:.3f}"
        )
