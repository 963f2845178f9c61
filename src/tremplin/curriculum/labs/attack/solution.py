import numpy as np


def forward(params, x):
    return np.maximum(0, (x - 0.5) @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


def score_gradient(scores, y):
    rows = np.arange(len(y))
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[rows, y] = 0.0
    p[rows, y] = -p.sum(axis=1)
    return p


def input_gradient(params, x, y):
    hidden = (x - 0.5) @ params["w1"] + params["b1"] > 0
    return ((score_gradient(forward(params, x), y) @ params["w2"].T) * hidden) @ params["w1"].T


def fgsm(params, x, y, eps):
    return np.clip(x + eps * np.sign(input_gradient(params, x, y)), 0, 1)


def project(x, centre, eps):
    return np.clip(np.clip(x, centre - eps, centre + eps), 0, 1)


def losses(params, x, y):
    scores = forward(params, x)
    highest = scores.max(axis=1)
    total = np.log(np.exp(scores - highest[:, None]).sum(axis=1)) + highest
    return total - scores[np.arange(len(y)), y]


def pgd(params, x, y, eps, step, steps, seed):
    rng = np.random.default_rng(seed)
    at = project(x + rng.uniform(-eps, eps, size=x.shape), x, eps)
    best, highest = at, losses(params, at, y)
    for _ in range(steps):
        at = project(at + step * np.sign(input_gradient(params, at, y)), x, eps)
        loss = losses(params, at, y)
        best = np.where((loss > highest)[:, None], at, best)
        highest = np.maximum(loss, highest)
    return best


def robust_accuracy(params, x, y, eps, seed):
    right = forward(params, x).argmax(axis=1) == y
    for attacked in (fgsm(params, x, y, eps), pgd(params, x, y, eps, eps / 4, 10, seed)):
        right &= forward(params, attacked).argmax(axis=1) == y
    return float(right.mean())


def gradients(params, x, y):
    hidden = np.maximum(0, (x - 0.5) @ params["w1"] + params["b1"])
    d = score_gradient(forward(params, x), y) / len(y)
    back = (d @ params["w2"].T) * (hidden > 0)
    return {"w1": (x - 0.5).T @ back, "b1": back.sum(axis=0), "w2": hidden.T @ d, "b2": d.sum(axis=0)}


def train(params, x, y, eps, epochs, rate, seed, size=50):
    params = {name: value.copy() for name, value in params.items()}
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), size):
            rows = order[start : start + size]
            noise = rng.uniform(-eps, eps, size=(len(rows), x.shape[1]))
            begun = project(x[rows] + noise, x[rows], eps)
            attacked = project(fgsm(params, begun, y[rows], 1.25 * eps), x[rows], eps)
            step = gradients(params, attacked, y[rows])
            params = {name: value - rate * step[name] for name, value in params.items()}
    return params


def signals(n, seed, weak=40):
    """Two classes. Coordinate 0 tells them apart well, each of the others only a little."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, size=n)
    side = 2.0 * y - 1
    x = 0.5 + rng.normal(size=(n, weak + 1)) * 0.08
    x[:, 0] += 0.25 * side * np.where(rng.random(n) < 0.93, 1, -1)
    x[:, 1:] += 0.04 * side[:, None]
    return np.clip(x, 0, 1), y


def init(inputs, hidden, classes, seed):
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.normal(size=(inputs, hidden)) * np.sqrt(2 / inputs),
        "b1": np.zeros(hidden),
        "w2": rng.normal(size=(hidden, classes)) * np.sqrt(2 / hidden),
        "b2": np.zeros(classes),
    }
