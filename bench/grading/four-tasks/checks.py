"""The tests of `bench/grading/tests.py`, on this side of the wall: arrays where the others compare tensors."""

import numpy as np

from tremplin.grader.checking import Tensor, array, close, expect, tensor


def check_softmax(box, rng):
    for scale in (1, 1000):
        z = rng.normal(size=(6, 5)) * scale
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        close(box.call("softmax", z), e / e.sum(axis=-1, keepdims=True), "softmax(z)")


def check_gradient(box, rng):
    z, labels = rng.normal(size=(7, 4)), rng.integers(0, 4, size=7)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    wanted = e / e.sum(axis=-1, keepdims=True)
    wanted[np.arange(7), labels] -= 1
    close(box.call("gradient", z, labels), wanted / 7, "gradient(z, labels)")


def check_attention(box, rng):
    q, k, v = (rng.normal(size=(2, 6, 8)) for _ in range(3))
    scores = q @ np.swapaxes(k, -2, -1) / np.sqrt(8)
    scores = np.where(np.triu(np.ones((6, 6), dtype=bool), 1), -np.inf, scores)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    wanted = e / e.sum(axis=-1, keepdims=True) @ v
    got = tensor(box.call("attention", Tensor(q), Tensor(k), Tensor(v)), "attention(q, k, v)")
    close(got, wanted, "attention(q, k, v)", rtol=1e-7, atol=1e-9)


def check_train(box, rng):
    rows, width = 500, 64
    y = rng.integers(0, 10, size=rows)
    x = (rng.normal(size=(rows, width)) * 0.7 + np.eye(10, width)[y] * 2).astype(np.float32)
    got = array(box.call("train", Tensor(x), Tensor(y)), "train(x, y)", shape=(rows,), kind="int")
    right = np.mean(got == y)
    expect(
        right > 0.95, "train(x, y) is right too seldom.", "train(x, y) se trompe trop souvent.", actual=right
    )
