# %% [markdown]
# # A reverse-mode automatic differentiator in 80 lines
#
# `Tensor` wraps a NumPy array and remembers how it was computed. Calling `backward()` on a
# result fills in `grad` on everything it was computed from. Complete the parts that raise
# `NotImplementedError`; the rest is given.
#
# Each operation builds its result with `Tensor(value, parents, push)`. `push(g)` is called
# once by `backward`, with the gradient `g` of the final result with respect to this
# tensor. It must add this tensor's contribution to `grad` of each parent.

# %%
import numpy as np


# %% task: unbroadcast
def unbroadcast(g, shape):
    """Sum g over the axes that broadcasting added or stretched, so that the result has `shape`.

    Example: a bias of shape (3,) added to a batch of shape (5, 3) receives a gradient of shape
    (5, 3); every row of it belongs to the same bias, so the rows are added up.
    """
    raise NotImplementedError


# %%
def as_tensor(value):
    return value if isinstance(value, Tensor) else Tensor(value)


class Tensor:
    def __init__(self, data, parents=(), push=None):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = np.zeros_like(self.data)
        self.parents = parents
        self.push = push

    # %% task: add
    def __add__(self, other):
        """Elementwise sum, with NumPy's broadcasting."""
        other = as_tensor(other)
        raise NotImplementedError

    # %% task: mul
    def __mul__(self, other):
        """Elementwise product, with NumPy's broadcasting."""
        other = as_tensor(other)
        raise NotImplementedError

    # %% task: matmul
    def __matmul__(self, other):
        """Product of two matrices, (n, m) @ (m, p)."""
        other = as_tensor(other)
        raise NotImplementedError

    # %% task: tanh
    def tanh(self):
        raise NotImplementedError

    # %% task: sum
    def sum(self):
        """The sum of all elements, a tensor without axes."""
        raise NotImplementedError

    # %% task: backward
    def backward(self):
        """Set grad of this tensor to ones, then call push once on every tensor it depends on.

        A tensor's push may be called only after all tensors computed from it have pushed.
        Must work for chains of thousands of operations: no recursion.
        """
        raise NotImplementedError

    # %% Given: everything else follows from the operations above.
    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-as_tensor(other))


# %% Try it
if __name__ == "__main__":
    a, b = Tensor(2.0), Tensor(3.0)
    c = a * b + a
    c.backward()
    print("c =", c.data, " dc/da =", a.grad, "(expected 4)  dc/db =", b.grad, "(expected 2)")
