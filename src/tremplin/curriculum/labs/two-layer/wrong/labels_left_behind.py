import numpy as np


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


def split(n, fraction, seed):
    order = np.random.default_rng(seed).permutation(n)
    kept_back = int(n * fraction)
    return order[kept_back:], order[:kept_back]


def prepare(x, y, fraction, seed):
    train, val = split(len(x), fraction, seed)
    mean, std = x[train].mean(axis=0), x[train].std(axis=0)
    return (x[train] - mean) / std, y[len(val) :], (x[val] - mean) / std, y[val]


def init(inputs, hidden, classes, seed):
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.normal(scale=np.sqrt(2 / inputs), size=(inputs, hidden)),
        "b1": np.zeros(hidden),
        "w2": rng.normal(scale=np.sqrt(2 / hidden), size=(hidden, classes)),
        "b2": np.zeros(classes),
    }


def forward(params, x):
    hidden = np.maximum(0, x @ params["w1"] + params["b1"])
    return hidden @ params["w2"] + params["b2"]


def loss_and_gradients(params, x, y):
    n = len(y)
    hidden = np.maximum(0, x @ params["w1"] + params["b1"])
    scores = hidden @ params["w2"] + params["b2"]
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean()
    to_scores = np.exp(log_p)
    to_scores[np.arange(n), y] -= 1
    to_scores /= n
    to_hidden = to_scores @ params["w2"].T
    to_hidden[hidden <= 0] = 0
    return loss, {
        "w1": x.T @ to_hidden,
        "b1": to_hidden.sum(axis=0),
        "w2": hidden.T @ to_scores,
        "b2": to_scores.sum(axis=0),
    }


def batches(n, size, seed):
    order = np.random.default_rng(seed).permutation(n)
    for start in range(0, n, size):
        yield order[start : start + size]


def train(x_train, y_train, x_val, y_val, hidden=64, epochs=150, size=32, rate=0.5, seed=0):
    params = init(x_train.shape[1], hidden, int(y_train.max()) + 1, seed)
    history = {"loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        losses = []
        for batch in batches(len(x_train), size, seed=[seed, epoch]):
            loss, gradients = loss_and_gradients(params, x_train[batch], y_train[batch])
            losses.append(loss)
            for name, gradient in gradients.items():
                params[name] -= rate * gradient
        history["loss"].append(float(np.mean(losses)))
        history["val_accuracy"].append(accuracy(params, x_val, y_val))
    return params, history


def accuracy(params, x, y):
    return float((forward(params, x).argmax(axis=1) == y).mean())
