# %% [markdown]
# # Learning on a graph
#
# People and whom they cite, atoms and their bonds, pages and their links: each node has features
# of its own, and neighbours that tell more about it. You write the graph convolution, its
# gradients, a training that needs the labels of very few nodes and looks at no others, and what
# it takes to put many graphs into one batch.
#
# A graph is its adjacency matrix a: a[i, j] = 1 if i and j are joined, else 0. It is symmetric
# and has zeros on the diagonal.

# %%
import numpy as np


# %% task: normalised
def normalised(a):
    """Return the matrix that mixes each node with its neighbours, shape (n, n).

    Join each node to itself, then divide entry (i, j) by the root of the degree of i and by the
    root of the degree of j. The degree counts the node itself.
    """
    raise NotImplementedError


# %% task: forward
def forward(params, s, x):
    """Return the scores of every node, shape (n, classes): two layers, each mixed by s.

    s: from normalised.  x: (n, features).  params: {"w1": (features, hidden), "w2": (hidden, classes)}.
    The first layer ends with relu.
    """
    raise NotImplementedError


# %% task: loss_and_gradients
def loss_and_gradients(params, s, x, y, labelled):
    """Return the mean cross-entropy of the labelled nodes, and its gradients in a dict like params.

    labelled: the numbers of the nodes whose class is known. y holds all n places; what stands in it
    at other nodes means nothing and may not be used.
    """
    raise NotImplementedError


# %% task: train
def train(s, x, y, labelled, classes, hidden=16, epochs=150, rate=0.5, decay=0.002, seed=0):
    """Train with full gradients; in each epoch a step of `rate` against (gradient + decay * weight).

    Weights start normal, with standard deviation sqrt(2 / rows), from np.random.default_rng(seed).
    Returns params.
    """
    raise NotImplementedError


# %% task: batch
def batch(graphs):
    """Put graphs of different sizes into one.  graphs: a list of pairs (a, x).

    Returns (a, x, owner): one adjacency matrix in which nodes of different graphs are never joined,
    all features below one another, and for each node the number of its graph, 0 first.
    """
    raise NotImplementedError


# %% task: pool
def pool(h, owner, count):
    """Return for each of `count` graphs the mean of the rows of h that belong to it: (count, features)."""
    raise NotImplementedError


# %% Given: three circles of friends
def circles(seed, size=70, near=0.12, far=0.012, noise=1.5):
    """Three groups that are joined more often within than across. Returns (a, x, y)."""
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(3), size)
    chance = np.where(y[:, None] == y[None, :], near, far)
    upper = np.triu(rng.random((3 * size, 3 * size)) < chance, 1)
    x = np.eye(3)[y] @ rng.normal(size=(3, 8)) + rng.normal(size=(3 * size, 8)) * noise
    order = rng.permutation(3 * size)
    return (upper + upper.T).astype(float)[order][:, order], x[order], y[order]


# %% Try it: with the graph, and without
if __name__ == "__main__":
    a, x, y = circles(seed=1)
    labelled = np.concatenate([np.flatnonzero(y == c)[:7] for c in range(3)])
    others = np.setdiff1d(np.arange(len(y)), labelled)
    for name, s in (("with the graph", normalised(a)), ("features alone", np.eye(len(a)))):
        params = train(s, x, y, labelled, classes=3)
        right = (forward(params, s, x).argmax(axis=1) == y)[others].mean()
        print(f"{name}: {right:.3f} of the {len(others)} unlabelled nodes")
