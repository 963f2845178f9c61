"""The checks of this lab: signals through fifty layers, both networks piece by piece, then one that must learn."""

import numpy as np

from tremplin.grader.checking import array, close, expect, fail, number

KEYS = ("first", "w", "b", "last")
SQUASH = {"linear": lambda a: a, "relu": lambda a: np.maximum(0, a), "tanh": np.tanh}


def spirals(per_class, rng, noise=0.03):
    points = []
    for arm in range(2):
        radius = np.sqrt(rng.uniform(0.02, 1.0, per_class))
        angle = np.pi * (2.2 * radius + arm)
        points.append(2 * np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1))
    x = np.concatenate(points)
    return x + rng.normal(scale=noise, size=x.shape), np.repeat(np.arange(2), per_class)


def normalised(x, eps=1e-5):
    return (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + eps)


def normalised_back(d, x, eps=1e-5):
    normal, inverse = normalised(x, eps), 1 / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    along = (d * normal).mean(axis=-1, keepdims=True)
    return inverse * (d - d.mean(axis=-1, keepdims=True) - normal * along)


def run(params, x, kind):
    stream = [x @ params["first"]]
    for w, b in zip(params["w"], params["b"]):
        h = stream[-1]
        inner = normalised(h) if kind == "residual" else h
        stream.append((h if kind == "residual" else 0) + np.maximum(0, inner @ w + b))
    end = normalised(stream[-1]) if kind == "residual" else stream[-1]
    return end @ params["last"], np.stack(stream)


def run_back(params, x, y, kind):
    scores, stream = run(params, x, kind)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    d = np.exp(log_p)
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    residual = kind == "residual"
    end = normalised(stream[-1]) if residual else stream[-1]
    gradients = {"last": end.T @ d, "w": np.zeros_like(params["w"]), "b": np.zeros_like(params["b"])}
    d = d @ params["last"].T
    d = normalised_back(d, stream[-1]) if residual else d
    down = [d]
    for k in reversed(range(len(params["w"]))):
        h = stream[k]
        inner = normalised(h) if residual else h
        e = d * (inner @ params["w"][k] + params["b"][k] > 0)
        gradients["w"][k], gradients["b"][k] = inner.T @ e, e.sum(axis=0)
        e = e @ params["w"][k].T
        d = d + normalised_back(e, h) if residual else e
        down.append(d)
    return -log_p[np.arange(len(y)), y].mean(), gradients | {"first": x.T @ d}, np.stack(down[::-1])


def some_network(rng, layers=4):
    n, p, h, k = (int(v) for v in rng.permutation([5, 6, 7, 8]))
    params = {
        "first": rng.normal(size=(p, h)),
        "w": rng.normal(size=(layers, h, h)) / np.sqrt(h),
        "b": rng.normal(size=(layers, h)) * 0.3,
        "last": rng.normal(size=(h, k)),
    }
    return params, rng.normal(size=(n, p)), rng.integers(0, k, size=n)


def size_after(kind, scale, rows, rng, layers=50, networks=8):
    """The mean square of a signal after so many layers, typical of several networks: one alone wanders widely."""
    sizes = []
    with np.errstate(all="ignore"):
        for _ in range(networks):
            h = rng.normal(size=(20, rows))
            for _ in range(layers):
                h = SQUASH[kind](h @ (rng.normal(size=(rows, rows)) * scale))
            sizes.append(np.log((h**2).mean()))
        return float(np.exp(np.mean(sizes)))


def check_weight_scale(box, rng):
    rows = int(rng.integers(100, 140))
    for kind, low, high in (("linear", 0.05, 6), ("relu", 0.01, 10), ("tanh", 0.25, 0.8)):
        scale = number(box.call("weight_scale", rows, kind), f'weight_scale({rows}, "{kind}")')
        size = size_after(kind, scale, rows, rng)
        told = f"{size:.1e}"
        expect(
            np.isfinite(size) and size <= high,
            f'With weight_scale({rows}, "{kind}") the mean square of the signal grew from 1 to {told} in 50 layers. The weights are too large.',
            f'Avec weight_scale({rows}, "{kind}"), le carré moyen du signal est passé de 1 à {told} en 50 couches. Les poids sont trop grands.',
            actual=scale,
        )
        expect(
            size >= low,
            f'With weight_scale({rows}, "{kind}") the signal fades: after 50 layers its mean square is {told}. relu throws half of it away at each layer and tanh flattens it; the weights must make up for that.',
            f'Avec weight_scale({rows}, "{kind}"), le signal s’éteint : après 50 couches, son carré moyen vaut {told}. relu en jette la moitié à chaque couche et tanh l’aplatit ; les poids doivent compenser.',
            actual=scale,
        )


def check_layer_norm(box, rng):
    x = rng.normal(size=(int(rng.integers(8, 12)), int(rng.integers(4, 7)))) * 3 + rng.normal(size=(1, 1)) * 5
    got = array(box.call("layer_norm", x), "layer_norm(x)", shape=x.shape)
    over_batch = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    expect(
        np.abs(got - over_batch).max() > 1e-6,
        "That is batch normalisation. Layer normalisation takes each row by itself, so that an example does not depend on its neighbours: axis=-1.",
        "C’est la normalisation par lot. La normalisation par couche prend chaque ligne à part, pour qu’un exemple ne dépende pas de ses voisins : axis=-1.",
        actual=got[0],
    )
    close(got, normalised(x), "layer_norm(x)", rtol=1e-8, atol=1e-9)
    cube = rng.normal(size=(2, 3, 5))
    close(box.call("layer_norm", cube), normalised(cube), "layer_norm(x), x.ndim = 3", rtol=1e-8, atol=1e-9)


def check_layer_norm_backward(box, rng):
    x = rng.normal(size=(int(rng.integers(8, 12)), int(rng.integers(4, 7)))) * 3
    d = rng.normal(size=x.shape)
    got = array(box.call("layer_norm_backward", d, x), "layer_norm_backward(d, x)", shape=x.shape)
    constants = d / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    expect(
        np.abs(got - constants).max() > 1e-8,
        "The mean and the variance of the row were treated as constants. They depend on x too: the three paths of the batch normalisation lab, along the other axis.",
        "La moyenne et la variance de la ligne ont été traitées comme des constantes. Elles dépendent aussi de x : ce sont les trois chemins du TP sur la normalisation par lot, selon l’autre axe.",
        expected=normalised_back(d, x)[0],
        actual=got[0],
    )
    close(got, normalised_back(d, x), "layer_norm_backward(d, x)", rtol=1e-8, atol=1e-9)


def forwarded(box, params, x, kind):
    answer = box.call("forward", params, x, kind)
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        fail(
            "forward should return (scores, stream).",
            "forward devrait renvoyer (scores, stream).",
            actual=answer,
        )
    layers, width, _ = params["w"].shape
    return array(answer[0], "scores", shape=(len(x), params["last"].shape[1])), array(
        answer[1], "stream", shape=(layers + 1, len(x), width)
    )


def check_plain(box, rng):
    params, x, _ = some_network(rng)
    scores, stream = forwarded(box, params, x, "plain")
    wanted, path = run(params, x, "plain")
    close(stream, path, "stream", rtol=1e-8, atol=1e-9)
    close(scores, wanted, "scores", rtol=1e-8, atol=1e-9)


def check_skip(box, rng):
    params, x, _ = some_network(rng)
    params["w"] *= 0
    params["b"] *= 0
    _, stream = forwarded(box, params, x, "residual")
    h = x @ params["first"]
    expect(
        np.abs(stream[-1]).max() > 1e-9,
        "With all layers silent (weights and biases zero), the stream became zero. A residual layer adds to the stream: h + …, so that a silent layer changes nothing.",
        "Quand toutes les couches se taisent (poids et biais nuls), le flux est devenu nul. Une couche résiduelle s’ajoute au flux : h + …, de sorte qu’une couche muette ne change rien.",
        expected=h[0],
        actual=stream[-1][0],
    )
    close(
        stream[-1],
        h,
        "stream",
        rtol=1e-9,
        because=(
            "With all layers silent, the stream still changed on its way. Normalise what goes into the layer, not the stream itself: the path from end to end must stay free.",
            "Quand toutes les couches se taisent, le flux change encore en chemin. Normalisez ce qui entre dans la couche, pas le flux lui-même : la voie d’un bout à l’autre doit rester libre.",
        ),
    )


def check_residual(box, rng):
    params, x, _ = some_network(rng)
    scores, stream = forwarded(box, params, x, "residual")
    wanted, path = run(params, x, "residual")
    close(stream, path, "stream", rtol=1e-8, atol=1e-9)
    expect(
        np.abs(scores - path[-1] @ params["last"]).max() > 1e-9,
        "The stream grows from layer to layer, and the scores were taken from it as it is. Normalise it once more before the last map.",
        "Le flux grandit de couche en couche, et les scores en ont été tirés tels quels. Normalisez-le une fois encore avant la dernière application.",
        expected=wanted[0],
        actual=scores[0],
    )
    close(scores, wanted, "scores", rtol=1e-8, atol=1e-9)


def backed(box, params, x, y, kind):
    answer = box.call("backward", params, x, y, kind)
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        fail(
            "backward should return (loss, gradients, down).",
            "backward devrait renvoyer (loss, gradients, down).",
            actual=answer,
        )
    loss, gradients, down = answer
    if not isinstance(gradients, dict) or set(gradients) != set(KEYS):
        fail(
            "gradients should be a dict with the keys first, w, b, last.",
            "gradients devrait être un dictionnaire de clés first, w, b, last.",
            actual=gradients,
        )
    return number(loss, "loss"), gradients, array(down, "down")


def compare(box, params, x, y, kind):
    loss, gradients, down = backed(box, params, x, y, kind)
    wanted_loss, wanted, path = run_back(params, x, y, kind)
    close(loss, wanted_loss, "loss", rtol=1e-9)
    layers = len(params["w"])
    for k in range(layers, -1, -1):
        close(
            down[k] if down.shape == path.shape else down,
            path[k] if down.shape == path.shape else path,
            "down",
            rtol=1e-7,
            atol=1e-10,
            because=(
                f"Going down, the gradient of the {kind} network is right above layer {k + 1} of {layers} and off below it. "
                + (
                    "Each layer has two ways back: the skip, which passes d on as it is, and the way through relu, w and layer_norm. Add them."
                    if kind == "residual"
                    else "relu lets through only where its input was positive."
                ),
                f"En descendant, le gradient du réseau « {kind} » est juste au-dessus de la couche {k + 1} sur {layers} et faux au-dessous. "
                + (
                    "Chaque couche a deux voies de retour : le raccourci, qui transmet d tel quel, et la voie par relu, w et layer_norm. Additionnez-les."
                    if kind == "residual"
                    else "relu ne laisse passer que là où son entrée était positive."
                ),
            ),
        )
    for name in KEYS:
        close(gradients[name], wanted[name], f"gradients['{name}']", rtol=1e-7, atol=1e-10)


def check_backward_plain(box, rng):
    compare(box, *some_network(rng), "plain")


def check_backward_residual(box, rng):
    compare(box, *some_network(rng), "residual")


def check_gradient_sizes(box, rng):
    params, x, y = some_network(rng, layers=6)
    params["w"] *= 0.3
    _, _, down = run_back(params, x, y, "plain")
    wanted = np.sqrt((down**2).mean(axis=(1, 2)))
    got = array(box.call("gradient_sizes", params, x, y, "plain"), "gradient_sizes(...)", shape=(7,))
    expect(
        np.abs(got - wanted[::-1]).max() > 1e-9 * wanted.max(),
        "The sizes are upside down: number 0 belongs to the stream before the first layer, where the gradient arrives last.",
        "Les tailles sont à l’envers : le numéro 0 est celui du flux avant la première couche, où le gradient arrive en dernier.",
        expected=wanted,
        actual=got,
    )
    close(got, wanted, "gradient_sizes(...)", rtol=1e-7, atol=1e-14)


def check_learns(box, rng):
    x, y = spirals(100, rng)
    order = rng.permutation(len(x))
    answer = box.call("train", x[order], y[order], "residual", seed=int(rng.integers(1000)))
    shapes = {"first": (2, 24), "w": (40, 24, 24), "b": (40, 24), "last": (24, 2)}
    if not isinstance(answer, dict) or set(answer) != set(KEYS):
        fail(
            "train should return params, a dict with the keys first, w, b, last.",
            "train devrait renvoyer params, un dictionnaire de clés first, w, b, last.",
            actual=answer,
        )
    params = {name: array(answer[name], f"params['{name}']", shape=shapes[name]) for name in KEYS}
    x_new, y_new = spirals(400, rng)
    with np.errstate(all="ignore"):
        right = float((run(params, x_new, "residual")[0].argmax(axis=1) == y_new).mean())
    expect(
        right >= 0.95,
        "After 150 steps the residual network of 40 layers is right too rarely on new points. Is every parameter moved, against its gradient, at every step, with a memory that lasts?",
        "Après 150 pas, le réseau résiduel de 40 couches a trop rarement raison sur de nouveaux points. Chaque paramètre avance-t-il à chaque pas, contre son gradient, avec une mémoire qui dure ?",
        expected="≥ 0.95",
        actual=right,
    )
