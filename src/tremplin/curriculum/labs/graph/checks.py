"""The checks of this lab: what a node may see, whose labels may teach, and that graphs in a batch stay strangers."""

import numpy as np

from tremplin.grader.checking import array, close, equal, expect, fail, finite, number


def some_graph(rng, n, chance=0.35):
    upper = np.triu(rng.random((n, n)) < chance, 1)
    a = (upper + upper.T).astype(float)
    a[n - 1] = a[:, n - 1] = 0.0  # one that knows nobody
    return a


def mixing(a):
    looped = a + np.eye(len(a))
    degree = looped.sum(axis=1)
    return np.einsum("ij,i,j->ij", looped, degree**-0.5, degree**-0.5)


def scores_of(params, s, x):
    return s @ np.maximum(0, s @ x @ params["w1"]) @ params["w2"]


def a_case(rng, n=None):
    n = n or int(rng.integers(8, 13))
    features, hidden, classes = int(rng.integers(3, 6)), 7, int(rng.integers(3, 5))
    params = {"w1": rng.normal(size=(features, hidden)), "w2": rng.normal(size=(hidden, classes))}
    return (
        params,
        mixing(some_graph(rng, n)),
        rng.normal(size=(n, features)),
        rng.integers(0, classes, size=n),
    )


def same(a, b):
    return a.shape == b.shape and bool(np.abs(a - b).max() < 1e-9)


def check_normalised(box, rng):
    n = int(rng.integers(6, 10))
    a = some_graph(rng, n)
    while same(mixing(a), (a + np.eye(n)) / (a.sum(axis=1, keepdims=True) + 1)):  # neighbours of like degree
        a = some_graph(rng, n)
    s = array(box.call("normalised", a), "normalised(a)", shape=(n, n))
    expect(
        not np.isnan(s).any() and s[n - 1, n - 1] != 0,
        "A node without neighbours gets NaN or nothing. Join each node to itself first; then it keeps its own features.",
        "Un nœud sans voisin reçoit NaN ou rien. Joignez d’abord chaque nœud à lui-même ; il garde alors ses propres caractéristiques.",
        expected=1.0,
        actual=s[n - 1, n - 1],
    )
    looped = a + np.eye(n)
    expect(
        not same(s, looped / looped.sum(axis=1, keepdims=True)),
        "Each row was divided by its whole degree. Divide by the root of both degrees: the matrix stays symmetric, and what a node with many friends says is spread out too.",
        "Chaque ligne a été divisée par son degré entier. Divisez par la racine des deux degrés : la matrice reste symétrique, et ce que dit un nœud aux nombreux amis se répartit aussi.",
        expected=mixing(a)[0],
        actual=s[0],
    )
    before = np.sqrt(np.maximum(a.sum(axis=1), 1))
    expect(
        not same(s, looped / before[:, None] / before[None, :]),
        "The degrees were counted before the nodes were joined to themselves. Count them after.",
        "Les degrés ont été comptés avant de joindre les nœuds à eux-mêmes. Comptez-les après.",
        expected=mixing(a)[0],
        actual=s[0],
    )
    close(s, mixing(a), "normalised(a)", rtol=1e-9)


def check_reach(box, rng):
    """A chain of nodes: what happens at one end is not known at the other."""
    n = 7
    s = mixing(np.eye(n, k=1) + np.eye(n, k=-1))
    while True:
        params, _, x, _ = a_case(rng, n)
        moved = x.copy()
        moved[0] += rng.normal(size=x.shape[1]) * 50
        change = np.abs(scores_of(params, s, moved) - scores_of(params, s, x)).max(axis=1)
        if change[2] > 1e-3:  # no relu has swallowed it
            break
    first = array(
        box.call("forward", params, s, x), "forward(params, s, x)", shape=(n, params["w2"].shape[1])
    )
    second = array(box.call("forward", params, s, moved), "forward(params, s, x)", shape=first.shape)
    seen = int(np.flatnonzero(np.abs(second - first).max(axis=1) > 1e-9).max(initial=0))
    expect(
        seen <= 2,
        f"In a chain, node {seen} noticed a change at node 0. Two layers see two steps far: each mixes once with s.",
        f"Dans une chaîne, le nœud {seen} a remarqué un changement au nœud 0. Deux couches voient à deux pas : chacune mélange une fois par s.",
        expected=2,
        actual=seen,
    )
    expect(
        seen > 0,
        "A change of a neighbour changes nothing. Multiply by s in each layer: without it, every node is alone.",
        "Un changement chez un voisin ne change rien. Multipliez par s dans chaque couche : sans elle, chaque nœud est seul.",
        expected=2,
        actual=seen,
    )
    expect(
        seen == 2,
        "A node sees its neighbours, but not their neighbours. The second layer mixes as well.",
        "Un nœud voit ses voisins, mais pas les voisins de ceux-ci. La seconde couche mélange aussi.",
        expected=2,
        actual=seen,
    )


def check_forward(box, rng):
    params, s, x, _ = a_case(rng)
    got = array(
        box.call("forward", params, s, x), "forward(params, s, x)", shape=(len(x), params["w2"].shape[1])
    )
    wanted = scores_of(params, s, x)
    expect(
        not same(got, np.maximum(0, wanted)),
        "relu was applied to the scores as well. They must be free to be negative.",
        "relu a aussi été appliquée aux scores. Ils doivent pouvoir être négatifs.",
    )
    expect(
        not same(got, s @ s @ x @ params["w1"] @ params["w2"]),
        "There is no relu between the layers: then they are one layer.",
        "Il n’y a pas de relu entre les couches : elles n’en font alors qu’une.",
    )
    close(got, wanted, "forward(params, s, x)", rtol=1e-9, atol=1e-10)


def loss_of(params, s, x, y, chosen):
    z = scores_of(params, s, x)[chosen]
    z = z - z.max(axis=1, keepdims=True)
    return float((np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(chosen)), y[chosen]]).mean())


def slopes(params, s, x, y, chosen, *, scale=1.0, mix_first=True):
    before = s @ x @ params["w1"]
    hidden = np.maximum(0, before)
    z = (s @ hidden @ params["w2"])[chosen]
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    d = np.zeros((len(x), p.shape[1]))
    d[chosen] = (p - np.eye(p.shape[1])[y[chosen]]) * scale / len(chosen)
    d = s @ d
    back = (d @ params["w2"].T) * (before > 0)
    return {"w1": x.T @ (s @ back if mix_first else back), "w2": hidden.T @ d}


def learnt(value):
    if not isinstance(value, (tuple, list)) or len(value) != 2 or not isinstance(value[1], dict):
        fail(
            "loss_and_gradients should return (loss, gradients), the gradients in a dict.",
            "loss_and_gradients devrait renvoyer (loss, gradients), les gradients dans un dictionnaire.",
            actual=value,
        )
    return number(value[0], "loss"), value[1]


def check_loss(box, rng):
    params, s, x, y = a_case(rng)
    chosen = rng.permutation(len(x))[:4]
    loss, _ = learnt(box.call("loss_and_gradients", params, s, x, y, chosen))
    everybody = loss_of(params, s, x, y, np.arange(len(x)))
    expect(
        abs(loss - everybody) > 1e-9,
        "This is the loss of all nodes. Only some have a known class; the others give features and friends, and no labels.",
        "C’est la perte de tous les nœuds. Seuls quelques-uns ont une classe connue ; les autres donnent des caractéristiques et des amis, mais pas d’étiquettes.",
        expected=loss_of(params, s, x, y, chosen),
        actual=loss,
    )
    close(loss, loss_of(params, s, x, y, chosen), "loss", rtol=1e-8)


def check_gradients(box, rng):
    params, s, x, y = a_case(rng)
    chosen = rng.permutation(len(x))[:4]
    _, got = learnt(box.call("loss_and_gradients", params, s, x, y, chosen))
    found = {name: array(got.get(name), f'gradients["{name}"]', shape=params[name].shape) for name in params}
    for scale, en, fr in (
        (len(chosen) / len(x), "The gradients are divided by the number of all nodes. The mean is over the labelled ones.", "Les gradients sont divisés par le nombre de tous les nœuds. La moyenne porte sur ceux qui ont une étiquette."),
        (len(chosen), "The gradients are added up over the labelled nodes, while the loss is their mean.", "Les gradients sont additionnés sur les nœuds étiquetés, alors que la perte est leur moyenne."),
    ):  # fmt: skip
        expect(not same(found["w2"], slopes(params, s, x, y, chosen, scale=scale)["w2"]), en, fr)
    expect(
        not same(found["w1"], slopes(params, s, x, y, chosen, mix_first=False)["w1"]),
        "On the way back, the gradient passes through s in one layer only. A labelled node teaches through its neighbours in both: multiply by s.T twice.",
        "Au retour, le gradient ne passe par s que dans une couche. Un nœud étiqueté enseigne par ses voisins dans les deux : multipliez deux fois par s.T.",
    )
    for name, wanted in slopes(params, s, x, y, chosen).items():
        close(found[name], wanted, f'gradients["{name}"]', rtol=1e-8, atol=1e-11)


def circles(rng, size=60):
    y = np.repeat(np.arange(3), size)
    upper = np.triu(rng.random((3 * size, 3 * size)) < np.where(y[:, None] == y[None, :], 0.14, 0.014), 1)
    x = np.eye(3)[y] @ rng.normal(size=(3, 8)) + rng.normal(size=(3 * size, 8)) * 1.5
    order = rng.permutation(3 * size)
    a, x, y = (upper + upper.T).astype(float)[order][:, order], x[order], y[order]
    labelled = np.concatenate([np.flatnonzero(y == c)[:7] for c in range(3)])
    return mixing(a), x, y, labelled


def trained(box, s, x, y, labelled, seed):
    got = box.call("train", s, x, y, labelled, 3, seed=seed)
    if not isinstance(got, dict) or set(got) != {"w1", "w2"}:
        fail(
            "train should return a dict with the keys w1 and w2.",
            "train devrait renvoyer un dictionnaire de clés w1 et w2.",
            actual=got,
        )
    params = {"w1": array(got["w1"], 'params["w1"]', shape=(8, 16)), "w2": array(got["w2"], 'params["w2"]', shape=(16, 3))}  # fmt: skip
    for name, value in params.items():
        finite(value, f'params["{name}"]')
    return params


def check_blind(box, rng):
    s, x, y, labelled = circles(rng)
    seed = int(rng.integers(1 << 30))
    hidden = np.setdiff1d(np.arange(len(y)), labelled)
    other = y.copy()
    other[hidden] = rng.permutation(other[hidden])
    first, second = (trained(box, s, x, labels, labelled, seed) for labels in (y, other))
    expect(
        all(same(first[name], second[name]) for name in first),
        "Other classes at the unlabelled nodes gave other weights: training has looked at answers that it should not know, and its result means nothing. And the same seed must give the same weights.",
        "D’autres classes aux nœuds sans étiquette ont donné d’autres poids : l’entraînement a regardé des réponses qu’il ne devait pas connaître, et son résultat ne veut rien dire. Par ailleurs, la même graine doit donner les mêmes poids.",
    )


def check_learns(box, rng):
    shares = []
    for _ in range(2):
        s, x, y, labelled = circles(rng)
        others = np.setdiff1d(np.arange(len(y)), labelled)
        params = trained(box, s, x, y, labelled, int(rng.integers(1 << 30)))
        shares.append((scores_of(params, s, x).argmax(axis=1) == y)[others].mean())
    share = float(np.mean(shares))
    expect(
        share > 0.88,
        f"With 7 labels in each group, {share:.0%} of the other nodes are classified rightly; more than 88 % should be. Does each step go against the gradient, and is the decay as small as given?",
        f"Avec 7 étiquettes par groupe, {100 * share:.0f} % des autres nœuds sont bien classés ; il en faudrait plus de 88 %. Chaque pas va-t-il contre le gradient, et l’affaiblissement est-il aussi petit que donné ?",
        expected="> 0.88",
        actual=share,
    )


def check_decay(box, rng):
    """One epoch is enough to see the step."""
    s, x, y, labelled = circles(rng)
    seed = int(rng.integers(1 << 30))
    plain, strong = (box.call("train", s, x, y, labelled, 3, epochs=1, rate=0.5, decay=d, seed=seed) for d in (0.0, 0.4))  # fmt: skip
    start = box.call("train", s, x, y, labelled, 3, epochs=0, seed=seed)
    for name in ("w1", "w2"):
        w0, w1, w2 = (array(p[name], f'params["{name}"]') for p in (start, plain, strong))
        close(
            w1 - w2, 0.5 * 0.4 * w0, f'the effect of decay on params["{name}"]', rtol=1e-7, atol=1e-10,
            because=(
                "The decay does not act as it should: the step is rate * (gradient + decay * weight), with the weight as it was before the step.",
                "L’affaiblissement n’agit pas comme il devrait : le pas est rate * (gradient + decay * poids), avec le poids d’avant le pas.",
            ),
        )  # fmt: skip


def some_graphs(rng):
    return [(some_graph(rng, n, 0.6), rng.normal(size=(n, 3))) for n in (4, 2, 6)]


def check_batch(box, rng):
    graphs = some_graphs(rng)
    answer = box.call("batch", [list(g) for g in graphs])
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        fail("batch should return (a, x, owner).", "batch devrait renvoyer (a, x, owner).", actual=answer)
    a = array(answer[0], "a", shape=(12, 12), kind="number")
    owner = array(answer[2], "owner", shape=(12,), kind="int")
    wanted = np.repeat([0, 1, 2], [4, 2, 6])
    strangers = wanted[:, None] != wanted[None, :]
    expect(
        not a[strangers].any(),
        "Nodes of different graphs are joined. Each graph has its own block, below and to the right of the one before.",
        "Des nœuds de graphes différents sont joints. Chaque graphe a son propre bloc, en dessous et à droite du précédent.",
        actual=int((a[strangers] != 0).sum()),
    )
    equal(owner, wanted, "owner")
    close(array(answer[1], "x"), np.concatenate([x for _, x in graphs]), "x")
    for k, start in enumerate((0, 4, 6)):
        block = slice(start, start + len(graphs[k][0]))
        close(a[block, block], graphs[k][0], f"the block of graph {k}")


def check_pool(box, rng):
    owner = np.repeat([0, 1, 2], [4, 1, 6])
    h = rng.normal(size=(11, 3)) + 2
    order = rng.permutation(11)
    got = array(box.call("pool", h[order], owner[order], 3), "pool(h, owner, 3)", shape=(3, 3))
    sums = np.stack([h[owner == k].sum(axis=0) for k in range(3)])
    sizes = np.array([[4], [1], [6]])
    expect(
        not same(got, sums),
        "These are sums: a large graph then counts as more, only because it is large. Divide by the number of nodes of each graph.",
        "Ce sont des sommes : un grand graphe compte alors davantage, du seul fait qu’il est grand. Divisez par le nombre de nœuds de chaque graphe.",
        expected=sums / sizes,
        actual=got,
    )
    close(
        got, sums / sizes, "pool(h, owner, 3)", rtol=1e-9,
        because=(
            "Some row is not the mean of the nodes of its graph. Nodes of one graph need not stand together: go by owner. And total[owner] += h adds only once for a number that occurs several times; np.add.at adds each.",
            "Une ligne n’est pas la moyenne des nœuds de son graphe. Les nœuds d’un graphe ne sont pas forcément côte à côte : suivez owner. Et total[owner] += h n’ajoute qu’une fois pour un numéro qui revient ; np.add.at ajoute chacun.",
        ),
    )  # fmt: skip
