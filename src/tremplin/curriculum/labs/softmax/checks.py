"""The checks of this lab. They run outside the box; `box.call` reaches the learner's functions inside it."""

import numpy as np

from tremplin.grader.checking import array, close, expect, fail, finite, number, show


def reference_log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def reference_loss(z, y):
    return -reference_log_softmax(z)[np.arange(len(y)), y].mean()


def reference_gradient(z, y):
    gradient = np.exp(reference_log_softmax(z))
    gradient[np.arange(len(y)), y] -= 1
    return gradient / len(y)


def scores(rng, spread=2.0):
    n, k = int(rng.integers(4, 9)), int(rng.integers(3, 7))
    return rng.normal(scale=spread, size=(n, k + (k == n)))


def labels(rng, z):
    return rng.integers(0, z.shape[1], size=z.shape[0])


def check_softmax_shape(box, rng):
    z = scores(rng)
    array(box.call("softmax", z), "softmax(z)", shape=z.shape)
    one = rng.normal(size=(1, 1))
    array(box.call("softmax", one), "softmax(z)", shape=(1, 1))


def check_softmax_rows(box, rng):
    z = scores(rng)
    p = array(box.call("softmax", z), "softmax(z)", shape=z.shape)
    finite(p, "softmax(z)")
    expect(
        (p > 0).all(),
        "softmax(z) has values that are not positive.",
        "softmax(z) contient des valeurs qui ne sont pas positives.",
        actual=p.min(),
    )
    sums = p.sum(axis=1)
    worst = int(np.abs(sums - 1).argmax())
    expect(
        abs(sums[worst] - 1) < 1e-9,
        f"Row {worst} of softmax(z) should add up to 1. Did you normalise over the classes?",
        f"La ligne {worst} de softmax(z) devrait avoir pour somme 1. Avez-vous normalisé sur les classes ?",
        expected=1.0,
        actual=float(sums[worst]),
    )


def check_softmax_values(box, rng):
    z = scores(rng)
    close(box.call("softmax", z), np.exp(reference_log_softmax(z)), "softmax(z)", rtol=1e-12, atol=1e-14)


def check_softmax_stable(box, rng):
    z = scores(rng, spread=3.0)
    z[0] *= 1000.0
    z[1] += 10_000.0
    z[2] -= 10_000.0
    p = array(box.call("softmax", z), "softmax(z)", shape=z.shape)
    bad = ~np.isfinite(p).all(axis=1)
    if bad[2] and not bad[1]:
        fail(
            "A row of scores near −10,000 became NaN beside a row near +10,000. Subtract from each row its own maximum, not the maximum of the whole array.",
            "Une ligne de scores proches de −10 000 est devenue NaN à côté d’une ligne proche de +10 000. Retranchez à chaque ligne son propre maximum, pas le maximum du tableau entier.",
            expected=np.exp(reference_log_softmax(z))[2],
            actual=p[2],
        )
    if bad.any():
        row = int(bad.argmax())
        fail(
            f"Scores as large as {np.abs(z[row]).max():.0f} make exp overflow: softmax(z) is not finite in row {row}.",
            f"Des scores allant jusqu’à {np.abs(z[row]).max():.0f} font déborder exp : softmax(z) n’est pas finie à la ligne {row}.",
            expected=np.exp(reference_log_softmax(z))[row],
            actual=p[row],
        )
    close(p, np.exp(reference_log_softmax(z)), "softmax(z)", rtol=1e-11, atol=1e-14)


def check_inputs_kept(box, rng):
    z = scores(rng)
    _, (after,) = box.call_and_arguments("softmax", z)
    expect(
        isinstance(after, np.ndarray) and np.array_equal(after, z),
        "softmax changed the array z that it was given. The caller still needs it.",
        "softmax a modifié le tableau z reçu. L’appelant en a encore besoin.",
        expected=z[0],
        actual=show(after),
    )


def check_log_softmax(box, rng):
    z = scores(rng)
    close(box.call("log_softmax", z), reference_log_softmax(z), "log_softmax(z)", rtol=1e-11, atol=1e-13)
    z[:, 0] += rng.uniform(800.0, 5000.0)
    answer = array(box.call("log_softmax", z), "log_softmax(z)", shape=z.shape)
    finite(answer, "log_softmax(z)")
    close(answer, reference_log_softmax(z), "log_softmax(z)", rtol=1e-11, atol=1e-13)


def check_cross_entropy(box, rng):
    z = scores(rng)
    y = labels(rng, z)
    loss = number(box.call("cross_entropy", z, y), "cross_entropy(z, y)")
    wanted = reference_loss(z, y)
    expect(
        abs(loss - wanted * len(y)) > 1e-9 * wanted,
        f"cross_entropy is {len(y)} times too large: take the mean over the {len(y)} examples, not their sum.",
        f"cross_entropy est {len(y)} fois trop grande : prenez la moyenne (« mean ») des {len(y)} exemples, pas leur somme.",
        expected=wanted,
        actual=loss,
    )
    expect(
        abs(loss + wanted) > 1e-9 * wanted,
        "cross_entropy has the wrong sign: it is minus a logarithm.",
        "cross_entropy a le mauvais signe : c’est l’opposé d’un logarithme.",
        expected=wanted,
        actual=loss,
    )
    close(loss, wanted, "cross_entropy(z, y)", rtol=1e-11)


def check_cross_entropy_stable(box, rng):
    z = scores(rng)
    y = labels(rng, z)
    z[np.arange(len(y)), y] -= rng.uniform(800.0, 5000.0)
    close(box.call("cross_entropy", z, y), reference_loss(z, y), "cross_entropy(z, y)", rtol=1e-11)


def check_gradient(box, rng):
    z = scores(rng)
    y = labels(rng, z)
    wanted = reference_gradient(z, y)
    got = array(box.call("cross_entropy_grad", z, y), "cross_entropy_grad(z, y)", shape=z.shape)
    finite(got, "cross_entropy_grad(z, y)")
    expect(
        np.abs(got - wanted * len(y)).max() > 1e-9,
        f"The gradient is {len(y)} times too large: the loss is a mean over {len(y)} examples, so each one counts 1/{len(y)}.",
        f"Le gradient est {len(y)} fois trop grand : la perte est une moyenne sur {len(y)} exemples, chacun compte pour 1/{len(y)}.",
        expected=wanted[0],
        actual=got[0],
    )
    expect(
        np.abs(got + wanted).max() > 1e-9,
        "The gradient has the wrong sign: it is p − onehot(y).",
        "Le gradient a le mauvais signe : c’est p − onehot(y).",
        expected=wanted[0],
        actual=got[0],
    )
    close(got, wanted, "cross_entropy_grad(z, y)", rtol=1e-9, atol=1e-12)
    z[0] *= 1000.0
    close(
        box.call("cross_entropy_grad", z, y),
        reference_gradient(z, y),
        "cross_entropy_grad(z, y)",
        rtol=1e-9,
        atol=1e-12,
    )
