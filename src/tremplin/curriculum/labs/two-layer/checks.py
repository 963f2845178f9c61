"""The checks of this lab. Training runs in the box; what it returns is judged here, on data it never saw."""

import numpy as np

from tremplin.grader.checking import array, close, equal, expect, fail, number

KEYS = ("w1", "b1", "w2", "b2")


def spirals(per_class, rng, noise=0.04):
    points = []
    for arm in range(3):
        radius = np.sqrt(rng.uniform(0.02, 1.0, per_class))
        angle = 2 * np.pi * (1.15 * radius + arm / 3)
        points.append(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1))
    x = np.concatenate(points)
    return x + rng.normal(scale=noise, size=x.shape), np.repeat(np.arange(3), per_class)


def reference_scores(params, x):
    return np.maximum(0, x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


def reference(params, x, y):
    n = len(y)
    hidden = np.maximum(0, x @ params["w1"] + params["b1"])
    scores = reference_scores(params, x)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    d = np.exp(log_p)
    d[np.arange(n), y] -= 1
    d /= n
    back = (d @ params["w2"].T) * (hidden > 0)
    gradients = {"w1": x.T @ back, "b1": back.sum(0), "w2": hidden.T @ d, "b2": d.sum(0)}
    return -log_p[np.arange(n), y].mean(), gradients


def some_parameters(rng, inputs=3, hidden=7, classes=4):
    shapes = {"w1": (inputs, hidden), "b1": (hidden,), "w2": (hidden, classes), "b2": (classes,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def dictionary(value, name, shapes):
    if not isinstance(value, dict) or set(value) != set(KEYS):
        fail(
            f"{name} should be a dict with the keys w1, b1, w2, b2.",
            f"{name} devrait être un dictionnaire de clés w1, b1, w2, b2.",
            actual=value,
        )
    return {key: array(value[key], f'{name}["{key}"]', shape=shapes[key]) for key in KEYS}


def pair(value, count, name):
    if not isinstance(value, (tuple, list)) or len(value) != count:
        fail(
            f"{name} should return {count} things.",
            f"{name} devrait renvoyer {count} éléments.",
            actual=value,
        )
    return value


def check_split(box, rng):
    n, fraction, seed = int(rng.integers(60, 120)), 0.25, int(rng.integers(1 << 30))
    train, val = (
        array(part, "split(...)", kind="int")
        for part in pair(box.call("split", n, fraction, seed), 2, "split")
    )
    expect(
        len(val) == int(n * fraction),
        "The validation part has the wrong size.",
        "La partie de validation n’a pas la bonne taille.",
        expected=int(n * fraction),
        actual=len(val),
    )
    both = np.sort(np.concatenate([train, val]))
    expect(
        len(np.intersect1d(train, val)) == 0,
        "An index is in both parts: the validation would be rigged.",
        "Un indice figure dans les deux parties : la validation serait faussée.",
    )
    expect(
        np.array_equal(both, np.arange(n)),
        "Some indices are missing, or appear twice.",
        "Des indices manquent ou apparaissent deux fois.",
    )
    expect(
        val.max() - val.min() >= len(val) and not np.array_equal(val, np.sort(val)),
        "The validation part is one block of neighbours. The data may be sorted by class: shuffle first.",
        "La partie de validation est un bloc de voisins. Les données peuvent être triées par classe : mélangez d’abord.",
        actual=val,
    )
    again, _ = pair(box.call("split", n, fraction, seed), 2, "split")
    equal(
        again,
        train,
        "split(...) with the same seed",
        because=(
            "The same seed gave another split. Draw everything from np.random.default_rng(seed).",
            "La même graine a donné une autre séparation. Tirez tout de np.random.default_rng(seed).",
        ),
    )


def check_prepare(box, rng):
    n = int(rng.integers(60, 90))
    x = rng.normal(size=(n, 2)) * rng.uniform(2, 9, size=2) + rng.uniform(-20, 20, size=2)
    y = rng.permutation(n)
    where = np.argsort(y)
    x_train, y_train, x_val, y_val = pair(
        box.call("prepare", x, y, 0.3, int(rng.integers(1 << 30))), 4, "prepare"
    )
    x_train, x_val = array(x_train, "x_train"), array(x_val, "x_val")
    y_train, y_val = array(y_train, "y_train", kind="int"), array(y_val, "y_val", kind="int")
    expect(
        x_train.ndim == x_val.ndim == 2
        and x_train.shape == (len(y_train), 2)
        and x_val.shape == (len(y_val), 2),
        "x and y of the same part should have the same number of rows.",
        "x et y d’une même partie devraient avoir autant de lignes.",
        actual=f"{x_train.shape} {y_train.shape}",
    )
    expect(
        np.array_equal(np.sort(np.concatenate([y_train, y_val])), np.arange(n)),
        "Some labels are missing, or appear twice.",
        "Des étiquettes manquent ou apparaissent deux fois.",
    )
    own_train, own_val = x[where[y_train]], x[where[y_val]]
    whole = (own_train - x.mean(0)) / x.std(0)
    expect(
        np.abs(x_train - whole).max() > 1e-9,
        "The mean and the deviation were taken over the whole data set, validation included. What validation data say must not reach training: this is a leak.",
        "La moyenne et l’écart type ont été pris sur toutes les données, validation comprise. Ce que disent les données de validation ne doit pas atteindre l’apprentissage : c’est une fuite.",
    )
    mean, std = own_train.mean(0), own_train.std(0)
    close(
        x_train,
        (own_train - mean) / std,
        "x_train",
        rtol=1e-9,
        atol=1e-9,
        because=(
            "x_train is not the standardised rows that belong to y_train. Index x and y with the same indices, then subtract the mean and divide by the standard deviation.",
            "x_train n’est pas formé des lignes standardisées qui correspondent à y_train. Indexez x et y par les mêmes indices, puis retranchez la moyenne et divisez par l’écart type.",
        ),
    )
    own = (own_val - own_val.mean(0)) / own_val.std(0)
    expect(
        np.abs(x_val - own).max() > 1e-9,
        "x_val was standardised by its own mean and deviation. Use those of the training part: at test time a single example has none.",
        "x_val a été standardisé par ses propres moyenne et écart type. Utilisez ceux de l’apprentissage : un exemple seul n’en a pas.",
    )
    close(x_val, (own_val - mean) / std, "x_val", rtol=1e-9, atol=1e-9)


def check_init(box, rng):
    inputs, hidden, classes = int(rng.integers(30, 50)), 200, int(rng.integers(3, 9))
    shapes = {"w1": (inputs, hidden), "b1": (hidden,), "w2": (hidden, classes), "b2": (classes,)}
    seed = int(rng.integers(1 << 30))
    params = dictionary(box.call("init", inputs, hidden, classes, seed), "init(...)", shapes)
    for name, rows in (("w1", inputs), ("w2", hidden)):
        wanted, got = np.sqrt(2 / rows), float(params[name].std())
        expect(
            got > 0,
            f"{name} is constant: all hidden units would stay copies of one another.",
            f"{name} est constant : toutes les unités cachées resteraient des copies l’une de l’autre.",
        )
        expect(
            0.8 < got / wanted < 1.25,
            f"{name} has the wrong spread. Use standard deviation sqrt(2 / rows).",
            f"{name} n’a pas la bonne dispersion. L’écart type est sqrt(2 / nombre de lignes).",
            expected=wanted,
            actual=got,
        )
    expect(
        not params["b1"].any() and not params["b2"].any(),
        "The biases should start at zero.",
        "Les biais devraient partir de zéro.",
    )
    other = dictionary(box.call("init", inputs, hidden, classes, seed + 1), "init(...)", shapes)
    expect(
        not np.array_equal(other["w1"], params["w1"]),
        "Another seed gave the same weights.",
        "Une autre graine a donné les mêmes poids.",
    )


def check_forward(box, rng):
    params, x = some_parameters(rng), rng.normal(size=(6, 3))
    close(box.call("forward", params, x), reference_scores(params, x), "forward(params, x)")


def check_gradients(box, rng):
    params, x, y = some_parameters(rng), rng.normal(size=(9, 3)), rng.integers(0, 4, size=9)
    wanted_loss, wanted = reference(params, x, y)
    loss, gradients = pair(box.call("loss_and_gradients", params, x, y), 2, "loss_and_gradients")
    close(number(loss, "the loss"), wanted_loss, "the loss", rtol=1e-9)
    gradients = dictionary(gradients, "gradients", {key: params[key].shape for key in KEYS})
    expect(
        np.abs(gradients["b2"] - wanted["b2"] * len(y)).max() > 1e-9,
        f"The gradients are {len(y)} times too large: the loss is a mean over the batch.",
        f"Les gradients sont {len(y)} fois trop grands : la perte est une moyenne sur le lot.",
    )
    for name in ("w2", "b2"):
        close(gradients[name], wanted[name], f'gradients["{name}"]', rtol=1e-8, atol=1e-10)
    for name in ("w1", "b1"):
        close(
            gradients[name],
            wanted[name],
            f'gradients["{name}"]',
            rtol=1e-8,
            atol=1e-10,
            because=(
                f'gradients["{name}"] is wrong while those of the second layer are right. No gradient passes through a hidden unit that relu set to zero.',
                f'gradients["{name}"] est faux alors que ceux de la seconde couche sont justes. Aucun gradient ne traverse une unité cachée que relu a mise à zéro.',
            ),
        )


def check_batches(box, rng):
    size = int(rng.integers(6, 12))
    n = size * int(rng.integers(5, 9)) + int(rng.integers(1, size))
    seed = int(rng.integers(1 << 30))
    found = [array(b, "a batch", kind="int") for b in box.call_list("batches", n, size, seed, at_most=n + 1)]
    expect(
        all(b.ndim == 1 for b in found),
        "A batch should be an array of indices with one axis.",
        "Un lot devrait être un tableau d’indices à un axe.",
    )
    together = np.concatenate(found) if found else np.array([], dtype=int)
    expect(
        len(together) >= n,
        f"{n - len(together)} examples are never used: the last batch may be shorter, but it counts.",
        f"{n - len(together)} exemples ne servent jamais : le dernier lot peut être plus court, mais il compte.",
        expected=n,
        actual=len(together),
    )
    expect(
        np.array_equal(np.sort(together), np.arange(n)),
        "An epoch should use each example exactly once.",
        "Une époque devrait utiliser chaque exemple exactement une fois.",
    )
    sizes = [len(b) for b in found]
    expect(
        all(s == size for s in sizes[:-1]),
        "All batches but the last should have the size asked for.",
        "Tous les lots sauf le dernier devraient avoir la taille demandée.",
        expected=size,
        actual=sizes,
    )
    expect(
        not np.array_equal(together, np.arange(n)),
        "The batches are in the order of the data. Shuffle them.",
        "Les lots suivent l’ordre des données. Mélangez-les.",
    )
    again = box.call_list("batches", n, size, seed + 1, at_most=n + 1)
    expect(
        not np.array_equal(again[0], found[0]),
        "Another seed gave the same order.",
        "Une autre graine a donné le même ordre.",
    )


def trained(box, data, shapes, **options):
    params, history = pair(box.call("train", *data, **options), 2, "train")
    return dictionary(params, "params", shapes), history


def spiral_data(rng, per_class):
    x, y = spirals(per_class, rng)
    order = rng.permutation(len(x))
    x, y = x[order], y[order]
    kept_back = len(x) // 5
    mean, std = x[kept_back:].mean(0), x[kept_back:].std(0)
    x = (x - mean) / std
    return (x[kept_back:], y[kept_back:], x[:kept_back], y[:kept_back]), (mean, std)


def check_learns(box, rng):
    data, (mean, std) = spiral_data(rng, 120)
    shapes = {"w1": (2, 64), "b1": (64,), "w2": (64, 3), "b2": (3,)}
    params, history = trained(box, data, shapes, epochs=150, seed=int(rng.integers(1000)))
    expect(
        all(np.isfinite(params[name]).all() for name in KEYS),
        "The weights ran away to infinity. Each step should go against the gradient: minus, not plus.",
        "Les poids ont divergé vers l’infini. Chaque pas va contre le gradient : moins, et non plus.",
        actual=params["w1"],
    )
    if not isinstance(history, dict) or not {"loss", "val_accuracy"} <= set(history):
        fail(
            'history should be a dict with the keys "loss" and "val_accuracy".',
            "history devrait être un dictionnaire de clés « loss » et « val_accuracy ».",
            actual=history,
        )
    for name in ("loss", "val_accuracy"):
        expect(
            len(history[name]) == 150,
            f'history["{name}"] should have one number per epoch.',
            f'history["{name}"] devrait avoir un nombre par époque.',
            expected=150,
            actual=len(history[name]),
        )
    x, y = spirals(400, rng)
    reached = float((reference_scores(params, (x - mean) / std).argmax(1) == y).mean())
    expect(
        reached >= 0.9,
        "After 150 epochs the network is right too rarely on spirals it has never seen. Is each step taken against the gradient, on every batch?",
        "Après 150 époques, le réseau a trop rarement raison sur des spirales qu’il n’a jamais vues. Chaque pas va-t-il contre le gradient, sur chaque lot ?",
        expected="≥ 0.9",
        actual=reached,
    )


def check_validation_untouched(box, rng):
    data, _ = spiral_data(rng, 40)
    shapes = {"w1": (2, 64), "b1": (64,), "w2": (64, 3), "b2": (3,)}
    x_train, y_train, x_val, y_val = data
    first, history = trained(box, data, shapes, epochs=3, seed=5)
    swapped = (x_train, y_train, rng.normal(size=x_val.shape), rng.permutation(y_val))
    second, _ = trained(box, swapped, shapes, epochs=3, seed=5)
    expect(
        all(np.array_equal(first[name], second[name], equal_nan=True) for name in KEYS),
        "Other validation data led to other weights: something was learnt from them. Validation data are measured, never learnt from.",
        "D’autres données de validation ont mené à d’autres poids : quelque chose en a été appris. On mesure sur la validation, on n’en apprend rien.",
    )
    accuracies = history.get("val_accuracy") if isinstance(history, dict) else None
    if not isinstance(accuracies, (list, np.ndarray)) or len(accuracies) != 3:
        fail(
            'history["val_accuracy"] should have one number per epoch.',
            'history["val_accuracy"] devrait avoir un nombre par époque.',
            expected=3,
            actual=accuracies,
        )
    measured = float((reference_scores(first, x_val).argmax(1) == y_val).mean())
    close(
        accuracies[-1],
        measured,
        "the last validation accuracy",
        because=(
            "The last number of history is not the accuracy of the weights you returned, on x_val and y_val. Measure after each epoch.",
            "Le dernier nombre de l’historique n’est pas l’exactitude, sur x_val et y_val, des poids renvoyés. Mesurez après chaque époque.",
        ),
    )
