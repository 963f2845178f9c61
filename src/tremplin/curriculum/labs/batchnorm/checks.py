"""The checks of this lab: each gradient against its formula, and what must not move."""

import numpy as np

from tremplin.grader.checking import array, close, expect, fail, finite, number

KEYS = ("w1", "b1", "gamma", "beta", "w2", "b2")


def batch(rng, n=None):
    n, d = n or int(rng.integers(6, 12)), int(rng.integers(3, 6))
    n += n == d
    x = rng.normal(size=(n, d)) * rng.uniform(0.5, 4, size=d) + rng.uniform(-5, 5, size=d)
    return x, rng.uniform(0.5, 2, size=d), rng.normal(size=d)


def parts(value, count, name, shapes):
    if not isinstance(value, (tuple, list)) or len(value) != count:
        fail(
            f"{name} should return {count} things, in the order of its docstring.",
            f"{name} devrait renvoyer {count} éléments, dans l’ordre de sa documentation.",
            actual=value,
        )
    return [
        array(item, f"{name}(...)[{i}]", shape=shape) for i, (item, shape) in enumerate(zip(value, shapes))
    ]


def normalised(x, eps):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def reference_backward(d, x, gamma, eps):
    n = len(x)
    inverse = 1 / np.sqrt(x.var(axis=0) + eps)
    normal = normalised(x, eps)
    e = d * gamma
    d_x = inverse / n * (n * e - e.sum(axis=0) - normal * (e * normal).sum(axis=0))
    return d_x, (d * normal).sum(axis=0), d.sum(axis=0)


def check_linear(box, rng):
    n, p, q = (int(k) for k in rng.permutation(np.arange(2, 8))[:3])
    d, x, w = rng.normal(size=(n, q)), rng.normal(size=(n, p)), rng.normal(size=(p, q))
    got = parts(box.call("linear_backward", d, x, w), 3, "linear_backward", (x.shape, w.shape, (q,)))
    close(got[0], d @ w.T, "d_x", rtol=1e-10, atol=1e-12)
    close(got[1], x.T @ d, "d_w", rtol=1e-10, atol=1e-12)
    expect(
        np.abs(got[2] - d.mean(axis=0)).max() > 1e-9,
        "d_b is a mean over the batch; it should be a sum. The bias is added to every row, so every row contributes in full; the 1/n of a mean loss is already in d.",
        "d_b est une moyenne sur le lot ; ce devrait être une somme. Le biais s’ajoute à chaque ligne, chacune contribue donc entièrement ; le 1/n d’une perte moyenne est déjà dans d.",
        expected=d.sum(axis=0),
        actual=got[2],
    )
    close(got[2], d.sum(axis=0), "d_b", rtol=1e-10, atol=1e-12)


def forward(box, x, gamma, beta, **options):
    d = x.shape[1]
    return parts(
        box.call("batchnorm_forward", x, gamma, beta, **options),
        3,
        "batchnorm_forward",
        (x.shape, (d,), (d,)),
    )


def check_forward(box, rng):
    x, gamma, beta = batch(rng)
    out, mean, var = forward(box, x, gamma, beta)
    close(mean, x.mean(axis=0), "mean", rtol=1e-10)
    expect(
        np.abs(var - x.var(axis=0, ddof=1)).max() > 1e-9,
        "The variance of the batch divides by n − 1. Inside the layer it divides by n: what is normalised is this batch itself, nothing is estimated.",
        "La variance du lot divise par n − 1. Dans la couche, elle divise par n : on normalise ce lot lui-même, on n’estime rien.",
        expected=x.var(axis=0),
        actual=var,
    )
    close(var, x.var(axis=0), "var", rtol=1e-10)
    close(
        out, gamma * normalised(x, 1e-5) + beta, "out", rtol=1e-3, atol=1e-3
    )  # where eps stands, the next check asks


def check_eps(box, rng):
    x, gamma, beta = batch(rng)
    x *= 1e-3
    wanted = gamma * normalised(x, 1e-2) + beta
    out, _, _ = forward(box, x, gamma, beta, eps=1e-2)
    close(
        out,
        wanted,
        "out",
        rtol=1e-9,
        atol=1e-10,
        because=(
            "With a large eps the output is off. eps belongs under the root, beside the variance: sqrt(var + eps).",
            "Avec un grand eps, la sortie s’écarte. eps va sous la racine, à côté de la variance : sqrt(var + eps).",
        ),
    )
    x[:, 0] = 3.0
    out, _, _ = forward(box, x, gamma, beta)
    finite(out, "out")


def backward(box, d, x, gamma, **options):
    k = x.shape[1]
    return parts(
        box.call("batchnorm_backward", d, x, gamma, **options), 3, "batchnorm_backward", (x.shape, (k,), (k,))
    )


def check_gamma_beta(box, rng):
    x, gamma, _ = batch(rng)
    d = rng.normal(size=x.shape)
    _, d_gamma, d_beta = backward(box, d, x, gamma)
    _, wanted_gamma, wanted_beta = reference_backward(d, x, gamma, 1e-5)
    expect(
        np.abs(d_gamma - (d * x).sum(axis=0)).max() > 1e-9,
        "d_gamma uses x. gamma multiplies the normalised x, so its gradient is the sum of d times the normalised x.",
        "d_gamma utilise x. gamma multiplie le x normalisé : son gradient est la somme de d fois le x normalisé.",
        expected=wanted_gamma,
        actual=d_gamma,
    )
    close(d_gamma, wanted_gamma, "d_gamma", rtol=1e-9, atol=1e-10)
    close(d_beta, wanted_beta, "d_beta", rtol=1e-9, atol=1e-10)


def check_backward(box, rng):
    x, gamma, _ = batch(rng)
    d = rng.normal(size=x.shape)
    got, _, _ = backward(box, d, x, gamma)
    wanted, _, _ = reference_backward(d, x, gamma, 1e-5)
    inverse = 1 / np.sqrt(x.var(axis=0) + 1e-5)
    constants = d * gamma * inverse
    expect(
        np.abs(got - constants).max() > 1e-9,
        "d_x treats the mean and the variance as constants. Both were computed from x: two more paths lead from x to the output, through the mean and through the variance.",
        "d_x traite la moyenne et la variance comme des constantes. Toutes deux sont calculées à partir de x : deux autres chemins mènent de x à la sortie, par la moyenne et par la variance.",
        expected=wanted[0],
        actual=got[0],
    )
    expect(
        np.abs(got - (constants - constants.mean(axis=0))).max() > 1e-9,
        "d_x knows of the mean but not of the variance. Moving one x also changes the spread of its unit, and with it the scale of the whole batch.",
        "d_x tient compte de la moyenne, mais pas de la variance. Déplacer un x change aussi la dispersion de son unité, et avec elle l’échelle de tout le lot.",
        expected=wanted[0],
        actual=got[0],
    )
    expect(
        np.abs(got * gamma - wanted).max() > 1e-9,
        "d_x leaves gamma out: between the normalised x and the output stands a factor gamma.",
        "d_x oublie gamma : entre le x normalisé et la sortie se trouve un facteur gamma.",
        expected=wanted[0],
        actual=got[0],
    )
    close(got, wanted, "d_x", rtol=1e-8, atol=1e-10)


def check_running(box, rng):
    x, _, _ = batch(rng)
    d = x.shape[1]
    mean, var, momentum = rng.normal(size=d), rng.uniform(0.5, 2, size=d), float(rng.uniform(0.05, 0.3))
    answer, after = box.call_and_arguments("update_running", mean, var, x, momentum)
    got = parts(answer, 2, "update_running", ((d,), (d,)))
    swapped = momentum * mean + (1 - momentum) * x.mean(axis=0)
    expect(
        np.abs(got[0] - swapped).max() > 1e-9,
        "The two weights are swapped: the running mean keeps almost all of its old value and takes a fraction `momentum` of the new one.",
        "Les deux poids sont échangés : la moyenne courante garde presque toute son ancienne valeur et prend une fraction « momentum » de la nouvelle.",
        expected=(1 - momentum) * mean + momentum * x.mean(axis=0),
        actual=got[0],
    )
    close(got[0], (1 - momentum) * mean + momentum * x.mean(axis=0), "update_running(...)[0]", rtol=1e-10)
    expect(
        np.abs(got[1] - (1 - momentum) * var - momentum * x.var(axis=0)).max() > 1e-9,
        "The running variance should take the variance that divides by n − 1: a batch of n spreads a little less around its own mean than the data do.",
        "La variance courante devrait prendre la variance qui divise par n − 1 : un lot de n se disperse un peu moins autour de sa propre moyenne que les données.",
        expected=(1 - momentum) * var + momentum * x.var(axis=0, ddof=1),
        actual=got[1],
    )
    close(
        got[1], (1 - momentum) * var + momentum * x.var(axis=0, ddof=1), "update_running(...)[1]", rtol=1e-10
    )
    expect(
        np.array_equal(after[0], mean) and np.array_equal(after[1], var),
        "update_running changed the arrays it was given. Return new ones: another batch may still need the old.",
        "update_running a modifié les tableaux reçus. Renvoyez-en de nouveaux : un autre lot peut encore avoir besoin des anciens.",
    )


def check_eval(box, rng):
    x, gamma, beta = batch(rng)
    d = x.shape[1]
    mean, var = rng.normal(size=d), rng.uniform(0.5, 2, size=d)
    wanted = gamma * (x - mean) / np.sqrt(var + 1e-5) + beta
    got = array(box.call("batchnorm_eval", x, gamma, beta, mean, var), "batchnorm_eval(...)", shape=x.shape)
    expect(
        np.abs(got - gamma * normalised(x, 1e-5) - beta).max() > 1e-9,
        "batchnorm_eval normalises by the batch it is given. After training, what an example gets must not depend on who else is in its batch: use the running values.",
        "batchnorm_eval normalise par le lot reçu. Après l’apprentissage, la réponse à un exemple ne doit pas dépendre de ses voisins de lot : utilisez les valeurs courantes.",
        expected=wanted[0],
        actual=got[0],
    )
    close(got, wanted, "batchnorm_eval(...)", rtol=1e-9, atol=1e-10)
    alone = array(
        box.call("batchnorm_eval", x[:1], gamma, beta, mean, var), "batchnorm_eval(...)", shape=(1, d)
    )
    close(alone, wanted[:1], "batchnorm_eval(x[:1], ...)", rtol=1e-9, atol=1e-10)


def some_parameters(rng):
    p, h, k = (int(n) for n in rng.permutation(np.arange(3, 8))[:3])
    shapes = {"w1": (p, h), "b1": (h,), "gamma": (h,), "beta": (h,), "w2": (h, k), "b2": (k,)}
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    params["gamma"] = rng.uniform(0.5, 2, size=h)
    n = 9 + int(rng.integers(0, 4))
    return params, rng.normal(size=(n, p)), rng.integers(0, k, size=n)


def reference_network(params, x, y):
    n = len(y)
    before = x @ params["w1"] + params["b1"]
    normal = params["gamma"] * normalised(before, 1e-5) + params["beta"]
    hidden = np.maximum(0, normal)
    scores = hidden @ params["w2"] + params["b2"]
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    d = np.exp(log_p)
    d[np.arange(n), y] -= 1
    d /= n
    e = (d @ params["w2"].T) * (normal > 0)
    e_before, d_gamma, d_beta = reference_backward(e, before, params["gamma"], 1e-5)
    gradients = {"w1": x.T @ e_before, "b1": e_before.sum(axis=0), "gamma": d_gamma, "beta": d_beta}
    return -log_p[np.arange(n), y].mean(), gradients | {"w2": hidden.T @ d, "b2": d.sum(axis=0)}


def check_network(box, rng):
    params, x, y = some_parameters(rng)
    answer = box.call("loss_and_gradients", params, x, y)
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        fail(
            "loss_and_gradients should return (loss, gradients).",
            "loss_and_gradients devrait renvoyer (loss, gradients).",
            actual=answer,
        )
    loss, gradients = answer
    if not isinstance(gradients, dict) or set(gradients) != set(KEYS):
        fail(
            "gradients should be a dict with the keys w1, b1, gamma, beta, w2, b2.",
            "gradients devrait être un dictionnaire de clés w1, b1, gamma, beta, w2, b2.",
            actual=gradients,
        )
    wanted_loss, wanted = reference_network(params, x, y)
    close(number(loss, "loss"), wanted_loss, "loss", rtol=1e-9)
    for name in ("b2", "w2", "beta", "gamma", "w1"):
        close(
            gradients[name],
            wanted[name],
            f"gradients['{name}']",
            rtol=1e-7,
            atol=1e-9,
            because=(
                f'The gradient of "{name}" is off, and it is the first that is, going backwards. relu lets a gradient pass only where its own input, after the normalisation, was positive.',
                f"Le gradient de « {name} » s’écarte, et c’est le premier en remontant. relu ne laisse passer un gradient que là où sa propre entrée, après la normalisation, était positive.",
            ),
        )
    close(gradients["b1"], wanted["b1"], "gradients['b1']", rtol=1e-7, atol=1e-9)
