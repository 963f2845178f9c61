# %% [markdown]
# # Think in arrays
#
# Ten small functions, each one to three lines of NumPy, none with a loop or a comprehension.
# Read the notes first: they give you the one rule that solves them all. Write the shapes on
# paper before you write the code.
#
# No function may change the arrays it is given.

# %%
import numpy as np


# %% task: outer
def outer(a, b):
    """Return every product a[i] * b[j], as an array of shape (n, m).

    a: shape (n,).  b: shape (m,).  Use broadcasting, not np.outer.
    """
    raise NotImplementedError


# %% task: standardise
def standardise(x):
    """Move and scale each column of x to mean 0 and standard deviation 1. A constant column becomes 0.

    x: shape (n, d).  Returns shape (n, d).
    """
    raise NotImplementedError


# %% task: one_hot
def one_hot(y, k):
    """Return floats of shape (n, k): in row r, 1.0 in column y[r] and 0.0 elsewhere.

    y: integers in 0..k-1, shape (n,).
    """
    raise NotImplementedError


# %% task: one_per_row
def one_per_row(a, index):
    """Return a[r, index[r]] for every row r, as an array of shape (n,).

    a: shape (n, m).  index: integers in 0..m-1, shape (n,).
    """
    raise NotImplementedError


# %% task: windows
def windows(x, width):
    """Return all windows of `width` neighbours of x: row i is x[i], x[i+1], ..., x[i+width-1].

    x: shape (n,), n >= width.  Returns shape (n - width + 1, width).
    """
    raise NotImplementedError


# %% task: padding_mask
def padding_mask(lengths, width):
    """Sequence r has lengths[r] real tokens, then padding up to `width`. Return True where a token is real.

    lengths: integers in 0..width, shape (n,).  Returns booleans of shape (n, width).
    """
    raise NotImplementedError


# %% task: squared_distances
def squared_distances(x, y):
    """Return the squared distance of every row of x from every row of y, shape (n, m).

    x: shape (n, d).  y: shape (m, d).
    """
    raise NotImplementedError


# %% task: row_scores
def row_scores(x, a, y):
    """Return, for every row r, the number x[r] @ a @ y[r], as an array of shape (n,).

    x: shape (n, p).  a: shape (p, q).  y: shape (n, q).  n may be 30,000.
    """
    raise NotImplementedError


# %% task: group_means
def group_means(x, group, k):
    """Return the mean of the rows of each group, shape (k, d). A group without rows has mean 0.

    x: shape (n, d).  group: integers in 0..k-1, shape (n,).
    """
    raise NotImplementedError


# %% task: to_patches
def to_patches(images, size):
    """Cut each image into squares of size x size, and return each square as one row.

    images: shape (n, height, width), both multiples of size.
    Returns shape (n, squares, size * size): squares from left to right, then from top to bottom,
    and the pixels of a square in the same order.
    """
    raise NotImplementedError


# %% Try it
if __name__ == "__main__":
    print(outer(np.array([1.0, 2.0, 3.0]), np.array([1.0, 10.0])))
    print(windows(np.arange(5), 3))
    print(padding_mask(np.array([1, 3]), 4))
    print(to_patches(np.arange(16.0).reshape(1, 4, 4), 2))
