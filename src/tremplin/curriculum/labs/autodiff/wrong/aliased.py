import numpy as np


def unbroadcast(g, shape):
    if g.shape == shape:
        return g
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return g.sum(axis=stretched, keepdims=True)


def as_tensor(value):
    return value if isinstance(value, Tensor) else Tensor(value)


class Tensor:
    def __init__(self, data, parents=(), push=None):
        self.data = np.asarray(data, dtype=np.float64)
        self.grad = np.zeros_like(self.data)
        self.parents = parents
        self.push = push

    def receive(self, g):
        if self.grad.any():
            self.grad += g
        else:
            self.grad = g

    def __add__(self, other):
        other = as_tensor(other)

        def push(g):
            self.receive(unbroadcast(g, self.data.shape))
            other.receive(unbroadcast(g, other.data.shape))

        return Tensor(self.data + other.data, (self, other), push)

    def __mul__(self, other):
        other = as_tensor(other)

        def push(g):
            self.receive(unbroadcast(g * other.data, self.data.shape))
            other.receive(unbroadcast(g * self.data, other.data.shape))

        return Tensor(self.data * other.data, (self, other), push)

    def __matmul__(self, other):
        other = as_tensor(other)

        def push(g):
            self.receive(g @ other.data.T)
            other.receive(self.data.T @ g)

        return Tensor(self.data @ other.data, (self, other), push)

    def tanh(self):
        value = np.tanh(self.data)

        def push(g):
            self.receive(g * (1 - value**2))

        return Tensor(value, (self,), push)

    def sum(self):
        def push(g):
            self.receive(g * np.ones_like(self.data))

        return Tensor(self.data.sum(), (self,), push)

    def backward(self):
        waiting = {}
        pending = [self]
        seen = {id(self)}
        while pending:
            node = pending.pop()
            for parent in node.parents:
                waiting[id(parent)] = waiting.get(id(parent), 0) + 1
                if id(parent) not in seen:
                    seen.add(id(parent))
                    pending.append(parent)
        self.grad = np.ones_like(self.data)
        ready = [self]
        while ready:
            node = ready.pop()
            if node.push is not None:
                node.push(node.grad)
            for parent in node.parents:
                waiting[id(parent)] -= 1
                if waiting[id(parent)] == 0:
                    ready.append(parent)

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + (-as_tensor(other))
