"""The checks of this lab. Graphs are built in the box, operation by operation, and beside it in `Reference`."""

import numpy as np

from tremplin.grader.checking import array, close, expect, number


class Reference:
    """A forward-only twin: keeps the recipe, so that gradients can be had by perturbing the leaves."""

    def __init__(self, recipe, leaves):
        self.recipe, self.leaves = recipe, leaves

    def gradient(self, leaf, step=1e-20):
        """Exact to rounding, by a complex step: the imaginary part carries the derivative."""
        gradient = np.zeros_like(self.leaves[leaf])
        for place in np.ndindex(gradient.shape):
            values = [value.astype(complex) for value in self.leaves]
            values[leaf][place] += 1j * step
            gradient[place] = self.recipe(*values).sum().imag / step
        return gradient


def tensors(box, values):
    return [box.make("Tensor", value) for value in values]


def compare(result, leaves, reference, because=None):
    result.call("backward")
    for position, leaf in enumerate(leaves):
        name = f"the gradient of leaf {position + 1}"
        close(leaf.get("grad"), reference.gradient(position), name, rtol=1e-8, atol=1e-10, because=because)


def check_forward(box, rng):
    x, y = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    w = rng.normal(size=(4, 2))
    a, b, c = tensors(box, (x, y, w))
    close((a + b).get("data"), x + y, "(a + b).data")
    close((a * b).get("data"), x * y, "(a * b).data")
    close((a @ c).get("data"), x @ w, "(a @ c).data")
    close(a.make("tanh").get("data"), np.tanh(x), "a.tanh().data")
    close(a.make("sum").get("data"), x.sum(), "a.sum().data")
    close((a * 3.0).get("data"), 3 * x, "(a * 3.0).data")


def check_add_and_multiply(box, rng):
    values = [float(v) for v in rng.normal(size=3)]
    a, b, c = tensors(box, values)
    (a * b + c).call("backward")
    close(number(a.get("grad"), "a.grad"), values[1], "a.grad after (a * b + c).backward()")
    close(number(b.get("grad"), "b.grad"), values[0], "b.grad after (a * b + c).backward()")
    close(number(c.get("grad"), "c.grad"), 1.0, "c.grad after (a * b + c).backward()")


def check_reuse(box, rng):
    value = float(rng.uniform(1, 3))
    (a,) = tensors(box, [value])
    (a * a).call("backward")
    close(
        a.get("grad"),
        2 * value,
        "a.grad",
        because=(
            "a was used twice in a * a. Each use contributes, and grad must add them up.",
            "a a servi deux fois dans a * a. Chaque usage contribue, et grad doit les additionner.",
        ),
    )


def check_separate(box, rng):
    because = (
        "Two tensors hold the same array as their gradient: when one received more, the other changed too.",
        "Deux tenseurs ont le même tableau pour gradient : quand l’un a reçu davantage, l’autre a changé aussi.",
    )
    values = [rng.normal(size=3), rng.normal(size=3)]
    a, b = tensors(box, values)
    compare((a + b) + a, [a, b], Reference(lambda x, y: x + y + x, values), because)


def check_order(box, rng):
    because = (
        "A tensor passed its gradient on before all of its users had contributed, or more than once. Wait until every user has pushed, then push once.",
        "Un tenseur a transmis son gradient avant que tous ses utilisateurs aient contribué, ou plus d’une fois. Attendez que chaque utilisateur ait transmis, puis transmettez une seule fois.",
    )
    start = rng.uniform(0.5, 1.2, size=(2,))

    def ladder(x):
        for _ in range(4):
            x = x * x + x
        return x

    (a,) = tensors(box, [start])
    compare(ladder(a), [a], Reference(ladder, [start]), because)

    def detour(x):
        u = x * 2.0
        return u + ((u * x) * x + x) * u

    (a,) = tensors(box, [start])
    u = a * 2.0
    compare(u + ((u * a) * a + a) * u, [a], Reference(detour, [start]), because)


def check_broadcast(box, rng):
    cases = [((5, 3), (3,)), ((4, 1), (1, 3)), ((2, 3), ()), ((3,), (4, 3)), ((2, 1, 3), (4, 1))]
    for left, right in cases:
        values = [np.asarray(rng.normal(size=shape)) for shape in (left, right)]
        a, b = tensors(box, values)
        (a * b + b).make("sum").call("backward")
        reference = Reference(lambda x, y: (x * y + y).sum(), values)
        for thing, position, shape in ((a, 0, left), (b, 1, right)):
            got = thing.get("grad")
            expect(
                isinstance(got, (np.ndarray, float)) and np.shape(got) == shape,
                f"A tensor of shape {shape}, combined with one of shape {(left, right)[1 - position]}, has a gradient of shape {np.shape(got)}. grad always has the shape of data: sum over the axes that broadcasting stretched.",
                f"Un tenseur de forme {shape}, combiné à un tenseur de forme {(left, right)[1 - position]}, a un gradient de forme {np.shape(got)}. grad a toujours la forme de data : sommez sur les axes que la diffusion a étirés.",
                expected=str(shape),
                actual=str(np.shape(got)),
            )
            close(
                got,
                reference.gradient(position),
                f"the gradient for shapes {left} and {right}",
                rtol=1e-8,
                atol=1e-10,
            )


def check_matmul(box, rng):
    n, m, p = 3, 5, 2
    values = [rng.normal(size=(n, m)), rng.normal(size=(m, p))]
    a, b = tensors(box, values)
    compare((a @ b).make("sum"), [a, b], Reference(lambda x, y: (x @ y).sum(), values))


def check_tanh_and_sum(box, rng):
    value = rng.normal(scale=1.5, size=(3, 2))
    (a,) = tensors(box, [value])
    compare(
        (a.make("tanh") * a).make("sum"),
        [a],
        Reference(lambda x: (np.tanh(x) * x).sum(), [value]),
        (
            "The derivative of tanh is 1 − tanh(x)², computed from the output; that of a sum is 1 for every element.",
            "La dérivée de tanh est 1 − tanh(x)², calculée depuis la sortie ; celle d’une somme vaut 1 pour chaque élément.",
        ),
    )


def check_deep(box, rng):
    (a, step) = tensors(box, [0.5, 0.001])
    steps = 4000
    box.operate("add", a, step, times=steps).call("backward")
    close(step.get("grad"), float(steps), "step.grad after 4,000 additions")
    close(a.get("grad"), 1.0, "a.grad after 4,000 additions")


def check_random_graphs(box, rng):
    for _ in range(3):
        values = [rng.normal(size=shape) for shape in ((2, 3), (3,), (2, 1), (1, 1))]
        plan = [
            (("add", "mul", "tanh")[int(rng.integers(3))], int(rng.integers(100)), int(rng.integers(100)))
            for _ in range(20)
        ]

        def recipe(*leaves, plan=plan):
            made = list(leaves)
            for kind, i, j in plan:
                x, y = made[i % len(made)], made[j % len(made)]
                made.append(np.tanh(x) if kind == "tanh" else np.tanh(x * y) if kind == "mul" else x + y)
            return sum(x.sum() for x in made[-4:])

        leaves = tensors(box, values)
        made = list(leaves)
        for kind, i, j in plan:
            x, y = made[i % len(made)], made[j % len(made)]
            made.append(
                x.make("tanh") if kind == "tanh" else (x * y).make("tanh") if kind == "mul" else x + y
            )
        total = made[-4].make("sum")
        for part in made[-3:]:
            total = total + part.make("sum")
        compare(total, leaves, Reference(recipe, values))
