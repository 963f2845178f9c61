import numpy as np


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


def weight_scale(rows, kind):
    gain = {"linear": 1.0, "relu": np.sqrt(2.0), "tanh": 5 / 3}[kind]
    return gain**2 / rows


def layer_norm(x, eps=1e-5):
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + eps)


def layer_norm_backward(d, x, eps=1e-5):
    normal = layer_norm(x, eps)
    inverse = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    mean = d.mean(axis=-1, keepdims=True)
    along = (d * normal).mean(axis=-1, keepdims=True)
    return inverse * (d - mean - normal * along)


def forward(params, x, kind):
    stream = [x @ params["first"]]
    for w, b in zip(params["w"], params["b"]):
        h = stream[-1]
        if kind == "plain":
            stream.append(np.maximum(0, h @ w + b))
        else:
            stream.append(h + np.maximum(0, layer_norm(h) @ w + b))
    end = stream[-1] if kind == "plain" else layer_norm(stream[-1])
    return end @ params["last"], np.stack(stream)


def backward(params, x, y, kind):
    scores, stream = forward(params, x, kind)
    loss, d_scores = softmax_loss(scores, y)
    residual = kind == "residual"
    end = layer_norm(stream[-1]) if residual else stream[-1]
    d = d_scores @ params["last"].T
    d = layer_norm_backward(d, stream[-1]) if residual else d
    gradients = {"last": end.T @ d_scores, "w": np.zeros_like(params["w"]), "b": np.zeros_like(params["b"])}
    down = [d]
    for layer in reversed(range(len(params["w"]))):
        h = stream[layer]
        inner = layer_norm(h) if residual else h
        d_sum = d * (inner @ params["w"][layer] + params["b"][layer] > 0)
        gradients["w"][layer] = inner.T @ d_sum
        gradients["b"][layer] = d_sum.sum(axis=0)
        d_inner = d_sum @ params["w"][layer].T
        d = d + layer_norm_backward(d_inner, h) if residual else d_inner
        down.append(d)
    gradients["first"] = x.T @ d
    return loss, gradients, np.stack(down[::-1])


def gradient_sizes(params, x, y, kind):
    _, _, down = backward(params, x, y, kind)
    return np.sqrt((down**2).mean(axis=(1, 2)))


def train(x, y, kind, layers=40, width=24, steps=150, rate=0.01, seed=0):
    params = start(x.shape[1], width, int(y.max()) + 1, layers, seed)
    memory = {name: (np.zeros_like(p), np.zeros_like(p)) for name, p in params.items()}
    for step in range(1, steps + 1):
        _, gradients, _ = backward(params, x, y, kind)
        for name, g in gradients.items():
            m, v = memory[name]
            m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
            memory[name] = m, v
            params[name] = params[name] - rate * (m / (1 - 0.9**step)) / (
                np.sqrt(v / (1 - 0.99**step)) + 1e-8
            )
    return params
