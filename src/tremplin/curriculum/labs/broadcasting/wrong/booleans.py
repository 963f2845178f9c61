import numpy as np


def outer(a, b):
    return a[:, None] * b


def standardise(x):
    centred = x - x.mean(axis=0)
    spread = x.std(axis=0)
    return centred / np.where(spread > 0, spread, 1.0)


def one_hot(y, k):
    return y[:, None] == np.arange(k)


def one_per_row(a, index):
    return a[np.arange(len(a)), index]


def windows(x, width):
    starts = np.arange(len(x) - width + 1)
    return x[starts[:, None] + np.arange(width)]


def padding_mask(lengths, width):
    return np.arange(width) < lengths[:, None]


def squared_distances(x, y):
    differences = x[:, None, :] - y[None, :, :]
    return (differences**2).sum(axis=2)


def row_scores(x, a, y):
    return ((x @ a) * y).sum(axis=1)


def group_means(x, group, k):
    members = one_hot(group, k).T
    counts = members.sum(axis=1, keepdims=True)
    return members @ x / np.maximum(counts, 1)


def to_patches(images, size):
    n, height, width = images.shape
    blocks = images.reshape(n, height // size, size, width // size, size)
    return blocks.transpose(0, 1, 3, 2, 4).reshape(n, -1, size * size)
