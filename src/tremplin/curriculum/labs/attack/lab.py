# %% [markdown]
# # Attack, and be attacked
#
# Move every input by a step too small to notice, in the direction that hurts most, and a model
# that was right 99 times in 100 is wrong nearly always. You write the gradient with respect to
# the INPUT, two attacks, an honest measure of how much a model withstands, and a training that
# makes it withstand more.
#
# The model is the two-layer network: (x - 0.5) @ w1 + b1, relu, @ w2 + b2. Inputs lie between 0 and 1.
# "Within eps" means that no single coordinate moves by more than eps.

# %%
import numpy as np


# %% Given
def forward(params, x):
    """The scores, shape (n, classes)."""
    return np.maximum(0, (x - 0.5) @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


# %% Given
def losses(params, x, y):
    """The cross-entropy of each example, shape (n,)."""
    scores = forward(params, x)
    highest = scores.max(axis=1)
    total = np.log(np.exp(scores - highest[:, None]).sum(axis=1)) + highest
    return total - scores[np.arange(len(y)), y]


# %% task: score_gradient
def score_gradient(scores, y):
    """Return the gradient of each example's own cross-entropy with respect to its scores: (n, classes).

    It must stay exact where the model is very sure and right: there p[y] - 1 is rounded to 0, and
    an attack that follows it goes astray.
    """
    raise NotImplementedError


# %% task: input_gradient
def input_gradient(params, x, y):
    """Return the gradient of each example's own loss with respect to its input: the shape of x."""
    raise NotImplementedError


# %% task: fgsm
def fgsm(params, x, y, eps):
    """One step: move each coordinate by eps in the direction that raises the loss, and stay in [0, 1]."""
    raise NotImplementedError


# %% task: project
def project(x, centre, eps):
    """Return the nearest point to x that is within eps of centre and in [0, 1]."""
    raise NotImplementedError


# %% task: pgd
def pgd(params, x, y, eps, step, steps, seed):
    """Many small steps. Returns, for each example, the point of highest loss that was met.

    Start at project(x + noise, x, eps), where noise is uniform in [-eps, eps], drawn once with
    np.random.default_rng(seed).uniform. Then `steps` times: move each coordinate by `step` in the
    direction that raises the loss, and project. The start is one of the points met.
    """
    raise NotImplementedError


# %% task: robust_accuracy
def robust_accuracy(params, x, y, eps, seed):
    """Return the share of examples that are classified rightly as they are AND under both attacks.

    The attacks: fgsm, and pgd with steps of eps / 4, ten of them, from the seed.
    """
    raise NotImplementedError


# %% Given
def gradients(params, x, y):
    """The gradients of the mean loss with respect to the weights, with the keys of params."""
    hidden = np.maximum(0, (x - 0.5) @ params["w1"] + params["b1"])
    d = score_gradient(forward(params, x), y) / len(y)
    back = (d @ params["w2"].T) * (hidden > 0)
    return {"w1": (x - 0.5).T @ back, "b1": back.sum(axis=0), "w2": hidden.T @ d, "b2": d.sum(axis=0)}


# %% task: train
def train(params, x, y, eps, epochs, rate, seed, size=50):
    """Train so that the model withstands attacks within eps. Returns new params.

    In each epoch go through the examples in random order, in batches of `size`. Attack each batch
    with the params as they are NOW, and take a step of `rate` against the gradients on the attacked
    batch. A good attack for training is cheap: random noise within eps, then one step of fgsm
    with 1.25 * eps from there, projected back. With eps = 0 this is ordinary training.
    Draw from np.random.default_rng(seed).
    """
    raise NotImplementedError


# %% Given: data with one honest feature and many weak ones
def signals(n, seed, weak=40):
    """Two classes. Coordinate 0 tells them apart well, each of the others only a little."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, size=n)
    side = 2.0 * y - 1
    x = 0.5 + rng.normal(size=(n, weak + 1)) * 0.08
    x[:, 0] += 0.25 * side * np.where(rng.random(n) < 0.93, 1, -1)
    x[:, 1:] += 0.04 * side[:, None]
    return np.clip(x, 0, 1), y


# %% Given
def init(inputs, hidden, classes, seed):
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.normal(size=(inputs, hidden)) * np.sqrt(2 / inputs),
        "b1": np.zeros(hidden),
        "w2": rng.normal(size=(hidden, classes)) * np.sqrt(2 / hidden),
        "b2": np.zeros(classes),
    }


# %% Try it
if __name__ == "__main__":
    x, y = signals(1000, seed=1)
    x_test, y_test = signals(1000, seed=2)
    for eps in (0.0, 0.1):
        params = train(init(41, 32, 2, seed=0), x, y, eps, epochs=40, rate=0.3, seed=0)
        plain = (forward(params, x_test).argmax(axis=1) == y_test).mean()
        robust = robust_accuracy(params, x_test, y_test, 0.1, seed=3)
        print(f"trained with eps {eps}: right {plain:.3f}, under attack {robust:.3f}")
