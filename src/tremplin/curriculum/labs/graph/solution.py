import numpy as np


def normalised(a):
    looped = a + np.eye(len(a))
    root = np.sqrt(looped.sum(axis=1))
    return looped / root[:, None] / root[None, :]


def forward(params, s, x):
    hidden = np.maximum(0, s @ (x @ params["w1"]))
    return s @ (hidden @ params["w2"])


def loss_and_gradients(params, s, x, y, labelled):
    before = s @ (x @ params["w1"])
    hidden = np.maximum(0, before)
    scores = (s @ (hidden @ params["w2"]))[labelled]
    scores = scores - scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    rows, n = np.arange(len(labelled)), len(labelled)
    loss = -log_p[rows, y[labelled]].mean()
    d = np.exp(log_p)
    d[rows, y[labelled]] -= 1
    back = np.zeros((len(x), d.shape[1]))
    back[labelled] = d / n
    back = s.T @ back
    back_hidden = s.T @ ((back @ params["w2"].T) * (before > 0))
    return float(loss), {"w1": x.T @ back_hidden, "w2": hidden.T @ back}


def train(s, x, y, labelled, classes, hidden=16, epochs=150, rate=0.5, decay=0.002, seed=0):
    rng = np.random.default_rng(seed)
    params = {
        "w1": rng.normal(size=(x.shape[1], hidden)) * np.sqrt(2 / x.shape[1]),
        "w2": rng.normal(size=(hidden, classes)) * np.sqrt(2 / hidden),
    }
    for _ in range(epochs):
        _, gradients = loss_and_gradients(params, s, x, y, labelled)
        params = {name: w - rate * (gradients[name] + decay * w) for name, w in params.items()}
    return params


def batch(graphs):
    sizes = [len(a) for a, _ in graphs]
    whole = np.zeros((sum(sizes), sum(sizes)))
    start = 0
    for a, _ in graphs:
        whole[start : start + len(a), start : start + len(a)] = a
        start += len(a)
    return whole, np.concatenate([x for _, x in graphs]), np.repeat(np.arange(len(graphs)), sizes)


def pool(h, owner, count):
    total = np.zeros((count, h.shape[1]))
    np.add.at(total, owner, h)
    return total / np.bincount(owner, minlength=count)[:, None]


def circles(seed, size=70, near=0.12, far=0.012, noise=1.5):
    """Three groups that are joined more often within than across. Returns (a, x, y)."""
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(3), size)
    chance = np.where(y[:, None] == y[None, :], near, far)
    upper = np.triu(rng.random((3 * size, 3 * size)) < chance, 1)
    x = np.eye(3)[y] @ rng.normal(size=(3, 8)) + rng.normal(size=(3 * size, 8)) * noise
    order = rng.permutation(3 * size)
    return (upper + upper.T).astype(float)[order][:, order], x[order], y[order]
