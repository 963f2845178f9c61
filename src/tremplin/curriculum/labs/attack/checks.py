"""The checks of this lab: every attack stays within its bounds, and no model looks stronger than it is."""

import numpy as np

from tremplin.grader.checking import array, close, expect, fail, finite, number

KEYS = ("w1", "b1", "w2", "b2")


def signals(rng, n, weak=40):
    y = rng.integers(0, 2, size=n)
    side = 2.0 * y - 1
    x = 0.5 + rng.normal(size=(n, weak + 1)) * 0.08
    x[:, 0] += 0.25 * side * np.where(rng.random(n) < 0.93, 1, -1)
    x[:, 1:] += 0.04 * side[:, None]
    return np.clip(x, 0, 1), y


def network(rng, inputs, hidden, classes):
    shapes = {"w1": (inputs, hidden), "b1": (hidden,), "w2": (hidden, classes), "b2": (classes,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def scores_of(params, x):
    return np.maximum(0, (x - 0.5) @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


def losses_of(params, x, y):
    z = scores_of(params, x)
    m = z.max(axis=1)
    return np.log(np.exp(z - m[:, None]).sum(axis=1)) + m - z[np.arange(len(y)), y]


def score_slope(z, y):
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    right = np.arange(z.shape[1]) == y[:, None]
    others = np.where(right, 0.0, p)
    return np.where(right, -others.sum(axis=1, keepdims=True), others)


def slope(params, x, y, *, mask=True):
    hidden = (x - 0.5) @ params["w1"] + params["b1"]
    back = score_slope(scores_of(params, x), y) @ params["w2"].T
    return (back * ((hidden > 0) if mask else 1.0)) @ params["w1"].T


def a_case(rng, n=12):
    inputs, classes = int(rng.integers(4, 8)), int(rng.integers(3, 5))
    x, y = rng.random((n, inputs)), rng.integers(0, classes, size=n)
    return network(rng, inputs, 9, classes), x, y


def same(a, b, tolerance=1e-9):
    return a.shape == b.shape and bool(np.abs(a - b).max() < tolerance)


def check_score_gradient(box, rng):
    n, classes = int(rng.integers(3, 7)), int(rng.integers(3, 6))
    z, y = rng.normal(size=(n, classes)) * 2, rng.integers(0, classes, size=n)
    got = array(box.call("score_gradient", z, y), "score_gradient(scores, y)", shape=z.shape)
    wanted = score_slope(z, y)
    expect(
        not same(got, wanted / n),
        "The gradient is divided by the number of examples. Each example is attacked by itself: this is the gradient of its own loss, not of the mean.",
        "Le gradient est divisé par le nombre d’exemples. Chaque exemple est attaqué pour lui-même : c’est le gradient de sa propre perte, non de la moyenne.",
        expected=wanted[0],
        actual=got[0],
    )
    close(got, wanted, "score_gradient(scores, y)", rtol=1e-9, atol=1e-12)


def check_sure(box, rng):
    n, classes = 5, 4
    y = rng.integers(0, classes, size=n)
    z = rng.normal(size=(n, classes))
    z[np.arange(n), y] += rng.uniform(60, 200, size=n)
    got = array(box.call("score_gradient", z, y), "score_gradient(scores, y)", shape=z.shape)
    finite(got, "score_gradient(scores, y)")
    wanted = score_slope(z, y)
    expect(
        (got[np.arange(n), y] < 0).all(),
        "Where the model is very sure, the gradient at the right class is 0: p[y] - 1 was rounded away. It equals minus the sum of the other probabilities; compute it so, and nothing is lost.",
        "Là où le modèle est très sûr, le gradient de la bonne classe vaut 0 : p[y] - 1 a disparu par arrondi. Il est égal à moins la somme des autres probabilités ; calculez-le ainsi, et rien ne se perd.",
        expected=wanted[0],
        actual=got[0],
    )
    close(got / np.abs(wanted).max(axis=1, keepdims=True), wanted / np.abs(wanted).max(axis=1, keepdims=True), "score_gradient(scores, y), scaled", rtol=1e-6)  # fmt: skip


def check_input_gradient(box, rng):
    params, x, y = a_case(rng)
    got = array(box.call("input_gradient", params, x, y), "input_gradient(params, x, y)", shape=x.shape)
    expect(
        not same(got, slope(params, x, y, mask=False)),
        "The gradient went through hidden units that relu set to zero. They do not answer to a small change of the input.",
        "Le gradient est passé par des unités cachées que relu a mises à zéro. Elles ne répondent pas à un petit changement de l’entrée.",
    )
    close(got, slope(params, x, y), "input_gradient(params, x, y)", rtol=1e-8, atol=1e-11)


def check_fgsm(box, rng):
    params, x, y = a_case(rng)
    x, eps = 0.3 + 0.4 * x, float(rng.uniform(0.02, 0.08))
    got = array(box.call("fgsm", params, x, y, eps), "fgsm(...)", shape=x.shape)
    g = slope(params, x, y)
    expect(
        not same(got, x - eps * np.sign(g)),
        "This step goes against the gradient and makes the model surer. Training goes down, an attack goes up.",
        "Ce pas va contre le gradient et rend le modèle plus sûr de lui. L’entraînement descend, une attaque monte.",
    )
    expect(
        not same(got, np.clip(x + eps * g, 0, 1)),
        "The step follows the size of the gradient. Within eps every coordinate may move by the whole eps, so the sign alone counts.",
        "Le pas suit la taille du gradient. Dans eps, chaque coordonnée peut bouger de tout eps : seul compte le signe.",
        expected=eps,
        actual=np.abs(got - x).max(),
    )
    close(got, x + eps * np.sign(g), "fgsm(...)", rtol=1e-9)


def check_fgsm_in_range(box, rng):
    params, x, y = a_case(rng)
    x = np.round(x)
    got, arguments = box.call_and_arguments("fgsm", params, x, y, 0.1)
    got = array(got, "fgsm(...)", shape=x.shape)
    expect(
        got.min() >= 0 and got.max() <= 1,
        "Some coordinates left [0, 1]. No camera takes such a picture; clip at the end.",
        "Des coordonnées sont sorties de [0, 1]. Aucun appareil ne prend une telle image ; bornez à la fin.",
        expected="[0, 1]",
        actual=f"[{got.min():.2f}, {got.max():.2f}]",
    )
    expect(
        same(array(arguments[1], "x after the call"), x),
        "fgsm changed x itself.",
        "fgsm a modifié x lui-même.",
    )


def check_project(box, rng):
    centre, eps = rng.random((8, 6)), float(rng.uniform(0.05, 0.2))
    x = centre + rng.normal(size=centre.shape) * 0.3
    got = array(box.call("project", x, centre, eps), "project(x, centre, eps)", shape=x.shape)
    expect(
        np.abs(got - centre).max() <= eps + 1e-12,
        "Some points are further than eps from the centre.",
        "Des points sont à plus de eps du centre.",
        expected=eps,
        actual=np.abs(got - centre).max(),
    )
    expect(
        got.min() >= 0 and got.max() <= 1,
        "Some points are outside of [0, 1].",
        "Des points sont hors de [0, 1].",
        actual=f"[{got.min():.2f}, {got.max():.2f}]",
    )
    wanted = np.clip(np.clip(x, centre - eps, centre + eps), 0, 1)
    close(
        got, wanted, "project(x, centre, eps)", rtol=1e-9,
        because=(
            "This is within the bounds, but not the nearest point: a coordinate that is fine already should stay. Clip each coordinate by itself; do not shrink the whole step.",
            "C’est dans les bornes, mais ce n’est pas le point le plus proche : une coordonnée déjà bonne devrait rester. Bornez chaque coordonnée pour elle-même ; ne réduisez pas le pas entier.",
        ),
    )  # fmt: skip


def climbed(params, x, y, eps, step, steps, seed, *, keep=True, centred=True, noise=True):
    """The reference, and three ways to get it wrong."""

    def project(at, centre):
        return np.clip(np.clip(at, centre - eps, centre + eps), 0, 1)

    at = x
    if noise:
        at = project(x + np.random.default_rng(seed).uniform(-eps, eps, size=x.shape), x)
    best, highest = at, losses_of(params, at, y)
    for _ in range(steps):
        at = project(at + step * np.sign(slope(params, at, y)), x if centred else at)
        loss = losses_of(params, at, y)
        best = np.where((loss > highest)[:, None], at, best) if keep else at
        highest = np.maximum(loss, highest)
    return best


def check_pgd(box, rng):
    eps = 0.12
    while True:
        params, x, y = a_case(rng, n=25)
        arguments = (params, x, y, eps, 0.09, 7, int(rng.integers(1 << 30)))
        points = climbed(*arguments)
        if not any(same(points, climbed(*arguments, **{part: False})) for part in ("keep", "noise")):
            break
    got = array(box.call("pgd", *arguments), "pgd(...)", shape=x.shape)
    far = np.abs(got - x).max()
    expect(
        far <= eps + 1e-9 and got.min() >= 0 and got.max() <= 1,
        f"Some coordinate moved by {far:.2f}, and eps is {eps}. Project around the original x after every step, not around the point before it: small steps add up.",
        f"Une coordonnée a bougé de {far:.2f}, et eps vaut {eps}. Projetez autour du x d’origine après chaque pas, et non autour du point précédent : les petits pas s’additionnent.",
        expected=eps,
        actual=far,
    )
    reached, wanted = losses_of(params, got, y), losses_of(params, climbed(*arguments), y)
    expect(
        not same(got, climbed(*arguments, keep=False)) or same(reached, wanted),
        "These are the last points. A step may overshoot; keep for each example the point of highest loss that was met.",
        "Ce sont les derniers points. Un pas peut aller trop loin ; gardez pour chaque exemple le point de plus grande perte rencontré.",
        expected=wanted.mean(),
        actual=reached.mean(),
    )
    expect(
        not same(got, climbed(*arguments, noise=False)),
        "The attack starts at x itself. Where the surface is flat there, or bent on purpose, it never gets away; begin at a random point within eps.",
        "L’attaque part de x lui-même. Si la surface y est plate, ou tordue à dessein, elle n’en sort jamais ; partez d’un point au hasard dans eps.",
    )
    close(reached, wanted, "the loss of each example under pgd", rtol=1e-7, atol=1e-9)


def check_start(box, rng):
    params, x, y = a_case(rng)
    seed = int(rng.integers(1 << 30))
    got = array(box.call("pgd", params, x, y, 0.1, 0.02, 0, seed), "pgd with no steps", shape=x.shape)
    close(
        got, climbed(params, x, y, 0.1, 0.02, 0, seed), "pgd with no steps", rtol=1e-9,
        because=(
            "With no steps at all, pgd should return its random start: it is one of the points met, and for some examples the worst.",
            "Sans aucun pas, pgd devrait renvoyer son départ au hasard : c’est l’un des points rencontrés, et pour certains exemples le pire.",
        ),
    )  # fmt: skip


def check_robust_accuracy(box, rng):
    while True:
        params, x, y = a_case(rng, n=300)
        y = np.where(rng.random(300) < 0.8, scores_of(params, x).argmax(axis=1), y)
        seed = int(rng.integers(1 << 30))

        def right(at, params=params, y=y):
            return scores_of(params, at).argmax(axis=1) == y

        plain, one = right(x), right(np.clip(x + 0.05 * np.sign(slope(params, x, y)), 0, 1))
        many = right(climbed(params, x, y, 0.05, 0.0125, 10, seed))
        wanted = (plain & one & many).mean()
        others = {"plain": plain.mean(), "kept": (plain & one & many).sum() / plain.sum(), "mean": (one.mean() + many.mean()) / 2}  # fmt: skip
        if min(abs(wanted - other) for other in (others["plain"], others["kept"], others["mean"])) > 0.002:
            break
    got = number(box.call("robust_accuracy", params, x, y, 0.05, seed), "robust_accuracy(...)")
    expect(
        abs(got - others["kept"]) > 1e-9,
        "The share is taken among the examples that were right to begin with. What is wrong without any attack is wrong under attack: divide by all.",
        "La part est prise parmi les exemples justes au départ. Ce qui est faux sans attaque est faux sous attaque : divisez par le nombre total.",
        expected=wanted,
        actual=got,
    )
    expect(
        abs(got - others["mean"]) > 1e-9,
        "This is the mean over the attacks. Whoever attacks chooses: an example counts only if it withstands all of them.",
        "C’est la moyenne sur les attaques. Qui attaque choisit : un exemple ne compte que s’il résiste à toutes.",
        expected=wanted,
        actual=got,
    )
    close(got, wanted, "robust_accuracy(...)", rtol=0, atol=0.0101)


def trained(box, rng, eps):
    x, y = signals(rng, 800)
    params = {name: value * np.sqrt(2 / value.shape[0]) if value.ndim == 2 else value * 0 for name, value in network(rng, x.shape[1], 32, 2).items()}  # fmt: skip
    got, arguments = box.call_and_arguments("train", params, x, y, eps, 30, 0.5, int(rng.integers(1 << 30)))
    if not isinstance(got, dict) or set(got) != set(KEYS):
        fail(
            "train should return a dict with the keys w1, b1, w2, b2.",
            "train devrait renvoyer un dictionnaire de clés w1, b1, w2, b2.",
            actual=got,
        )
    found = {name: array(got[name], f'params["{name}"]', shape=params[name].shape) for name in KEYS}
    for name in KEYS:
        finite(found[name], f'params["{name}"]')
    return found, arguments[0], params


def standing(params, x, y, eps):
    right = scores_of(params, x).argmax(axis=1) == y
    return right.mean(), (right & (scores_of(params, climbed(params, x, y, eps, eps / 4, 10, 1)).argmax(axis=1) == y)).mean()  # fmt: skip


def check_plain_training(box, rng):
    params, after, before = trained(box, rng, 0.0)
    x, y = signals(rng, 1000)
    plain, _ = standing(params, x, y, 0.1)
    expect(
        plain > 0.97,
        f"With eps = 0, which is ordinary training, {plain:.0%} of new examples are right; more than 97 % should be. Does each step go against the gradient?",
        f"Avec eps = 0, qui est l’entraînement ordinaire, {100 * plain:.0f} % des nouveaux exemples sont justes ; il en faudrait plus de 97 %. Chaque pas va-t-il contre le gradient ?",
        expected="> 0.97",
        actual=plain,
    )
    kept = isinstance(after, dict) and all(same(np.asarray(after[name]), before[name]) for name in KEYS)
    expect(
        kept,
        "train changed the params that it was given. Work on copies.",
        "train a modifié les params reçus. Travaillez sur des copies.",
    )


def check_robust_training(box, rng):
    params, _, _ = trained(box, rng, 0.1)
    x, y = signals(rng, 1000)
    plain, robust = standing(params, x, y, 0.1)
    expect(
        robust > 0.75,
        f"Trained with eps = 0.1, the model is right on {plain:.0%} of new examples, and on {robust:.0%} under attack; more than 75 % should withstand. Attack every batch anew with the params of this very step, within the whole eps, and train on the attacked examples.",
        f"Entraîné avec eps = 0,1, le modèle a raison sur {100 * plain:.0f} % des nouveaux exemples, et sur {100 * robust:.0f} % sous attaque ; plus de 75 % devraient résister. Attaquez chaque lot à nouveau avec les params de ce pas même, dans tout eps, et entraînez sur les exemples attaqués.",
        expected="> 0.75",
        actual=robust,
    )
