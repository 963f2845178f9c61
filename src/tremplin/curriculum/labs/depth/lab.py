# %% [markdown]
# # Forty layers
#
# A plain network of many layers does not train; a residual one does. Here you build both, in
# two dozen lines, and the instrument that shows why: the size of the gradient at every layer.
#
# The network: a linear map from the inputs to `width` units, then the layers, then a linear map
# to the scores. What the layers pass on to each other is called the stream, h.
#
#     plain:     h = relu(h @ w + b)                       scores = h @ last
#     residual:  h = h + relu(layer_norm(h) @ w + b)       scores = layer_norm(h) @ last

# %%
import numpy as np


# %% Given: data, fresh parameters, the loss
def spirals(per_class, seed, noise=0.03):
    """Two interleaved spirals. Returns x of shape (2 * per_class, 2) and y in {0, 1}."""
    rng = np.random.default_rng(seed)
    points = []
    for arm in range(2):
        radius = np.sqrt(rng.uniform(0.02, 1.0, per_class))
        angle = np.pi * (2.2 * radius + arm)
        points.append(2 * np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1))
    x = np.concatenate(points)
    return x + rng.normal(scale=noise, size=x.shape), np.repeat(np.arange(2), per_class)


def start(inputs, width, classes, layers, seed):
    """Fresh parameters, with the scale that weight_scale gives for relu."""
    rng = np.random.default_rng(seed)
    return {
        "first": rng.normal(size=(inputs, width)) / np.sqrt(inputs),
        "w": rng.normal(size=(layers, width, width)) * weight_scale(width, "relu"),
        "b": np.zeros((layers, width)),
        "last": rng.normal(size=(width, classes)) / np.sqrt(width),
    }


def softmax_loss(scores, y):
    """Return the mean cross-entropy of the scores, and its gradient with respect to them."""
    n = len(y)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    d = np.exp(log_p)
    d[np.arange(n), y] -= 1
    return -log_p[np.arange(n), y].mean(), d / n


# %% task: weight_scale
def weight_scale(rows, kind):
    """Return the standard deviation of fresh weights such that signals keep their size through many layers.

    rows: how many numbers each unit sums up.  kind: "linear", "relu" or "tanh".
    """
    raise NotImplementedError


# %% task: layer_norm
def layer_norm(x, eps=1e-5):
    """Give each row of x mean 0 and variance 1: (x - mean) / sqrt(variance + eps), along the last axis."""
    raise NotImplementedError


# %% task: layer_norm_backward
def layer_norm_backward(d, x, eps=1e-5):
    """d is the gradient with respect to layer_norm(x, eps). Return the gradient with respect to x."""
    raise NotImplementedError


# %% task: forward
def forward(params, x, kind):
    """Return (scores, stream) of the network that `kind` names, "plain" or "residual".

    params: as `start` makes them; w has shape (layers, width, width), b (layers, width).
    stream: shape (layers + 1, n, width): the stream before the first layer, and after each.
    """
    raise NotImplementedError


# %% task: backward
def backward(params, x, y, kind):
    """Return (loss, gradients, down).

    gradients: a dict like params.  down: the gradient of the loss with respect to the stream, of
    the same shape as the stream.
    """
    raise NotImplementedError


# %% task: gradient_sizes
def gradient_sizes(params, x, y, kind):
    """Return the root mean square of the gradient at each layer of the stream, shape (layers + 1,)."""
    raise NotImplementedError


# %% task: train
def train(x, y, kind, layers=40, width=24, steps=150, rate=0.01, seed=0):
    """Start with `start(...)`, take `steps` steps of Adam (beta1 0.9, beta2 0.99) on all data, return the params."""
    raise NotImplementedError


# %% Try it: how large is the gradient at each layer, and does the network learn?
if __name__ == "__main__":
    x, y = spirals(100, seed=1)
    x_new, y_new = spirals(500, seed=2)
    for kind in ("plain", "residual"):
        sizes = gradient_sizes(start(2, 24, 2, 40, seed=0), x, y, kind)
        print(kind, "gradient at the first, middle, last layer:", sizes[[0, 20, 40]])
        for layers in (3, 40):
            params = train(x, y, kind, layers=layers)
            right = (forward(params, x_new, kind)[0].argmax(axis=1) == y_new).mean()
            print(f"  {layers:2d} layers: right on {right:.0%} of new points")
