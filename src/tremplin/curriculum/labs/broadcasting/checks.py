"""The checks of this lab: fresh shapes each time, never square by accident, sizes of 1 included."""

import numpy as np

from tremplin.grader.checking import array, close, equal, expect, fail, finite


def different(rng, count, low=2, high=8):
    """So many unequal sizes: a swapped axis then always shows."""
    return [int(n) for n in rng.permutation(np.arange(low, high))[:count]]


def check_outer(box, rng):
    for n, m in (different(rng, 2), (1, int(rng.integers(2, 6))), (int(rng.integers(2, 6)), 1)):
        a, b = rng.normal(size=n), rng.normal(size=m)
        got = array(box.call("outer", a, b), "outer(a, b)")
        expect(
            got.shape != (m, n) or n == m,
            f"outer(a, b) is transposed: a has {n} numbers and must run down the rows, b has {m} and must run along the columns.",
            f"outer(a, b) est transposé : a contient {n} nombres et doit parcourir les lignes, b en contient {m} et doit parcourir les colonnes.",
            expected=(n, m),
            actual=got.shape,
        )
        close(got, np.multiply.outer(a, b), "outer(a, b)", rtol=1e-14)


def check_standardise(box, rng):
    n, d = int(rng.integers(8, 14)), int(rng.integers(2, 6))
    x = rng.normal(size=(n, d)) * rng.uniform(2, 9, size=d) + rng.uniform(-20, 20, size=d)
    answer, (after,) = box.call_and_arguments("standardise", x)
    got = array(answer, "standardise(x)", shape=x.shape)
    by_rows = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    expect(
        np.abs(got - by_rows).max() > 1e-9,
        "standardise worked along the rows. One row is one example, one column one measurement: each column has its own mean.",
        "standardise a travaillé le long des lignes. Une ligne est un exemple, une colonne une mesure : chaque colonne a sa propre moyenne.",
        actual=got[0],
    )
    expect(
        isinstance(after, np.ndarray) and np.array_equal(after, x),
        "standardise changed the array x that it was given. x -= m writes into it; x - m makes a new array.",
        "standardise a modifié le tableau x reçu. x -= m écrit dedans ; x - m crée un nouveau tableau.",
    )
    close(got, (x - x.mean(axis=0)) / x.std(axis=0), "standardise(x)", rtol=1e-9, atol=1e-10)


def check_constant_column(box, rng):
    x = rng.normal(size=(int(rng.integers(4, 9)), 3))
    x[:, 1] = float(rng.integers(-9, 10))
    got = array(box.call("standardise", x), "standardise(x)", shape=x.shape)
    expect(
        np.isfinite(got).all(),
        "A constant column has standard deviation 0, and 0/0 became NaN. Divide such a column by 1 instead.",
        "Une colonne constante a un écart type nul, et 0/0 est devenu NaN. Divisez plutôt une telle colonne par 1.",
        expected=np.zeros(len(x)),
        actual=got[:, 1],
    )
    wanted = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)
    close(got, wanted, "standardise(x)", rtol=1e-9, atol=1e-10)


def check_one_hot(box, rng):
    n, k = different(rng, 2, 4, 9)
    y = rng.integers(0, k, size=n)
    y[:2] = 0, k - 1
    got = array(box.call("one_hot", y, k), "one_hot(y, k)", shape=(n, k))
    sums = got.sum(axis=1)
    expect(
        (sums <= 1).all(),
        "A row of one_hot(y, k) has more than one 1. out[:, y] = 1 fills whole columns: compare y with 0..k-1 instead.",
        "Une ligne de one_hot(y, k) contient plus d’un 1. out[:, y] = 1 remplit des colonnes entières : comparez plutôt y avec 0..k-1.",
        expected=1.0,
        actual=sums,
    )
    close(got, np.eye(k)[y], "one_hot(y, k)")
    array(box.call("one_hot", y[:1], k), "one_hot(y, k)", shape=(1, k))


def check_one_per_row(box, rng):
    n, m = different(rng, 2, 3, 9)
    a, index = rng.normal(size=(n, m)), rng.integers(0, m, size=n)
    got = array(box.call("one_per_row", a, index), "one_per_row(a, index)")
    expect(
        got.shape != (n, n),
        "one_per_row took every chosen column of every row. a[:, index] chooses columns; two arrays of indices, one of rows and one of columns, choose pairs.",
        "one_per_row a pris toutes les colonnes choisies de toutes les lignes. a[:, index] choisit des colonnes ; deux tableaux d’indices, l’un de lignes et l’autre de colonnes, choisissent des paires.",
        expected=(n,),
        actual=got.shape,
    )
    close(got, np.take_along_axis(a, index[:, None], axis=1)[:, 0], "one_per_row(a, index)", rtol=1e-14)


def check_windows(box, rng):
    n, width = int(rng.integers(7, 12)), int(rng.integers(2, 5))
    for w in (width, 1, n):
        x = rng.normal(size=n)
        wanted = np.lib.stride_tricks.sliding_window_view(x, w)
        got = array(box.call("windows", x, w), "windows(x, width)")
        expect(
            got.shape != (n - w, w),
            f"The last window is missing: {n} numbers have {n} − {w} + 1 windows of {w}.",
            f"Il manque la dernière fenêtre : {n} nombres ont {n} − {w} + 1 fenêtres de {w}.",
            expected=wanted.shape,
            actual=got.shape,
        )
        close(got, wanted, "windows(x, width)", rtol=1e-14)


def check_padding_mask(box, rng):
    n, width = different(rng, 2, 4, 9)
    lengths = rng.integers(1, width, size=n)
    lengths[:2] = 0, width
    got = array(
        box.call("padding_mask", lengths, width),
        "padding_mask(lengths, width)",
        shape=(n, width),
        kind="bool",
    )
    counted = got.sum(axis=1)
    expect(
        not (counted == np.minimum(lengths + 1, width)).all(),
        "Each row has one True too many: with 2 real tokens, positions 0 and 1 are real, and position 2 is padding.",
        "Chaque ligne a un True de trop : avec 2 tokens réels, les positions 0 et 1 sont réelles et la position 2 est du remplissage.",
        expected=lengths,
        actual=counted,
    )
    equal(got, np.arange(width) < lengths[:, None], "padding_mask(lengths, width)")


def check_squared_distances(box, rng):
    n, m, d = different(rng, 3, 2, 9)
    x, y = rng.normal(size=(n, d)), rng.normal(size=(m, d))
    wanted = ((x[:, None] - y) ** 2).sum(axis=2)
    got = array(box.call("squared_distances", x, y), "squared_distances(x, y)", shape=(n, m))
    expect(
        np.abs(got - np.sqrt(wanted)).max() > 1e-9,
        "These are the distances. The squares are asked for: leave the root out.",
        "Ce sont les distances. On demande leurs carrés : n’en prenez pas la racine.",
        expected=wanted[0],
        actual=got[0],
    )
    close(got, wanted, "squared_distances(x, y)", rtol=1e-9, atol=1e-11)


def check_far_away(box, rng):
    n, m = different(rng, 2, 3, 9)
    origin = 1e8 * rng.uniform(1, 2, size=3)
    x, y = origin + rng.integers(-9, 9, size=(n, 3)), origin + rng.integers(-9, 9, size=(m, 3))
    wanted = ((x[:, None] - y) ** 2).sum(axis=2)
    got = array(box.call("squared_distances", x, y), "squared_distances(x, y)", shape=(n, m))
    finite(got, "squared_distances(x, y)")
    close(
        got,
        wanted,
        "squared_distances(x, y)",
        rtol=1e-9,
        atol=1e-9,
        because=(
            "Two points a few steps apart, but 100 million from the origin, got a wrong distance. |x|² + |y|² − 2x·y subtracts huge numbers that are nearly equal, and their digits are lost; subtract the points first.",
            "Deux points à quelques pas l’un de l’autre, mais à 100 millions de l’origine, ont une distance fausse. |x|² + |y|² − 2x·y soustrait des nombres énormes et presque égaux, dont les chiffres se perdent ; soustrayez d’abord les points.",
        ),
    )


def check_large(box, rng):
    x, y = rng.normal(size=(1600, 3)), rng.normal(size=(1300, 3))
    got = array(box.call("squared_distances", x, y), "squared_distances(x, y)", shape=(1600, 1300))
    rows = rng.integers(0, 1600, size=20)
    close(got[rows], ((x[rows, None] - y) ** 2).sum(axis=2), "squared_distances(x, y)", rtol=1e-9, atol=1e-11)


def check_row_scores(box, rng):
    n, p, q = different(rng, 3, 2, 9)
    x, a, y = rng.normal(size=(n, p)), rng.normal(size=(p, q)), rng.normal(size=(n, q))
    got = array(box.call("row_scores", x, a, y), "row_scores(x, a, y)")
    expect(
        got.shape != (n, n),
        "row_scores compared every row of x with every row of y. Only rows of the same number are asked for: multiply element by element, then sum along the row.",
        "row_scores a confronté chaque ligne de x à chaque ligne de y. On ne demande que les lignes de même numéro : multipliez élément par élément, puis sommez le long de la ligne.",
        expected=(n,),
        actual=got.shape,
    )
    close(got, np.einsum("rp,pq,rq->r", x, a, y), "row_scores(x, a, y)", rtol=1e-9, atol=1e-11)


def check_row_scores_large(box, rng):
    x, a, y = rng.normal(size=(30_000, 4)), rng.normal(size=(4, 5)), rng.normal(size=(30_000, 5))
    got = box.call("row_scores", x, a, y)
    close(got, np.einsum("rp,rp->r", x, y @ a.T), "row_scores(x, a, y)", rtol=1e-9, atol=1e-11)


def group_data(rng, k):
    n, d = int(rng.integers(12, 20)), int(rng.integers(2, 5))
    return rng.normal(size=(n, d)), rng.permutation(np.arange(n) % k)


def reference_means(x, group, k):
    return np.stack(
        [x[group == g].mean(axis=0) if (group == g).any() else np.zeros(x.shape[1]) for g in range(k)]
    )


def check_group_means(box, rng):
    k = int(rng.integers(3, 6))
    x, group = group_data(rng, k)
    wanted = reference_means(x, group, k)
    got = array(box.call("group_means", x, group, k), "group_means(x, group, k)", shape=wanted.shape)
    counts = np.bincount(group, minlength=k)[:, None]
    last = np.stack([x[group == g][-1] for g in range(k)])
    expect(
        np.abs(got * counts - last).max() > 1e-9,
        "Of each group only one row was counted. total[group] += x writes each place once, however often it is named; np.add.at(total, group, x) or a product with one_hot adds them all.",
        "De chaque groupe, une seule ligne a été comptée. total[group] += x écrit chaque case une fois, quel que soit le nombre de fois où elle est nommée ; np.add.at(total, group, x) ou un produit avec one_hot les ajoute toutes.",
        expected=wanted[0],
        actual=got[0],
    )
    close(got, wanted, "group_means(x, group, k)", rtol=1e-9, atol=1e-12)


def check_empty_group(box, rng):
    k = int(rng.integers(3, 6))
    x, group = group_data(rng, k)
    wanted = reference_means(x, group, k + 1)
    got = array(box.call("group_means", x, group, k + 1), "group_means(x, group, k)", shape=wanted.shape)
    expect(
        np.isfinite(got).all(),
        "A group without rows became NaN: its sum is 0 and its count 0. Divide by the count or by 1, whichever is larger.",
        "Un groupe sans ligne est devenu NaN : sa somme vaut 0 et son effectif 0. Divisez par l’effectif ou par 1, le plus grand des deux.",
        expected=wanted[k],
        actual=got[k],
    )
    close(got, wanted, "group_means(x, group, k)", rtol=1e-9, atol=1e-12)


def check_to_patches(box, rng):
    size, high, wide, n = different(rng, 4, 2, 6)
    images = rng.permutation(n * high * wide * size * size).reshape(n, high * size, wide * size).astype(float)
    squares = [
        images[:, i : i + size, j : j + size].reshape(n, -1)
        for i in range(0, high * size, size)
        for j in range(0, wide * size, size)
    ]
    wanted = np.stack(squares, axis=1)
    got = array(box.call("to_patches", images, size), "to_patches(images, size)", shape=wanted.shape)
    if np.array_equal(got, images.reshape(wanted.shape)):
        fail(
            "Each row of to_patches(images, size) holds neighbours of one line of pixels, not a square. reshape never moves a number: split each axis in two, bring the two block axes to the front with transpose, and only then reshape.",
            "Chaque ligne de to_patches(images, size) contient des voisins d’une même ligne de pixels, pas un carré. reshape ne déplace jamais un nombre : coupez chaque axe en deux, amenez devant les deux axes de blocs avec transpose, et seulement alors reshape.",
            expected=wanted[0, 0],
            actual=got[0, 0],
        )
    expect(
        not np.array_equal(
            got, wanted.reshape(n, high * wide, size, size).swapaxes(2, 3).reshape(wanted.shape)
        ),
        "The squares are right, but the pixels inside each run from top to bottom. They should run from left to right first.",
        "Les carrés sont justes, mais les pixels de chacun vont de haut en bas. Ils devraient aller d’abord de gauche à droite.",
        expected=wanted[0, 0],
        actual=got[0, 0],
    )
    close(got, wanted, "to_patches(images, size)")
