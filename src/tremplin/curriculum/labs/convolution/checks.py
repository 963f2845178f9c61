"""The checks of this lab. The reference adds up shifted images, one kernel place after the other: no im2col."""

import numpy as np

from tremplin.grader.checking import array, close, expect, fail


def size_of(n, kernel, stride, pad, dilation):
    return (n + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1


def shifted(padded, i, j, height, width, stride, dilation):
    top, left = i * dilation, j * dilation
    return padded[:, :, top : top + stride * height : stride, left : left + stride * width : stride][
        :, :, :height, :width
    ]


def padded_to(x, pad):
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def reference(x, w, b, stride=1, pad=0, dilation=1):
    height, width = (size_of(x.shape[k], w.shape[k], stride, pad, dilation) for k in (2, 3))
    out = np.zeros((len(x), len(w), height, width)) + b[:, None, None]
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            seen = shifted(padded_to(x, pad), i, j, height, width, stride, dilation)
            out += np.einsum("nchw,oc->nohw", seen, w[:, :, i, j])
    return out


def reference_backward(d, x, w, stride=1, pad=0, dilation=1):
    padded, d_w = padded_to(x, pad), np.zeros_like(w)
    d_padded = np.zeros_like(padded)
    height, width = d.shape[2:]
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            place = (height, width, stride, dilation)
            d_w[:, :, i, j] = np.einsum("nohw,nchw->oc", d, shifted(padded, i, j, *place))
            shifted(d_padded, i, j, *place)[...] += np.einsum("nohw,oc->nchw", d, w[:, :, i, j])
    inner = d_padded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]
    return inner, d_w, d.sum(axis=(0, 2, 3))


def case(rng, channels=None, outputs=None):
    """Images and kernels in which no two sizes are equal by accident."""
    kh, kw = (int(k) for k in rng.permutation([2, 3]))
    channels, outputs = channels or 4, outputs or int(rng.integers(5, 7))
    x = rng.normal(size=(2, channels, int(rng.integers(9, 11)), int(rng.integers(11, 14))))
    return x, rng.normal(size=(outputs, channels, kh, kw)), rng.normal(size=outputs)


OPTIONS = ({}, {"pad": 2}, {"stride": 2}, {"dilation": 2}, {"stride": 3, "pad": 1, "dilation": 2})


def words(options):
    return ", ".join(f"{name}={value}" for name, value in options.items()) or "stride=1, pad=0"


def check_out_size(box, rng):
    for attempt in range(16):
        n, kernel, stride, pad = (int(rng.integers(a, b)) for a, b in ((9, 20), (2, 4), (1, 4), (0, 3)))
        dilation = 1 if attempt < 8 else int(rng.integers(2, 4))
        wanted = size_of(n, kernel, stride, pad, dilation)
        got = box.call("out_size", n, kernel, stride, pad, dilation)
        told = f"out_size({n}, {kernel}, stride={stride}, pad={pad}, dilation={dilation})"
        expect(
            dilation == 1 or got == wanted or got != size_of(n, kernel, stride, pad, 1),
            f"{told} takes no account of dilation: a kernel of {kernel} then reaches over {dilation * (kernel - 1) + 1} pixels.",
            f"{told} ne tient pas compte de la dilatation : un noyau de {kernel} couvre alors {dilation * (kernel - 1) + 1} pixels.",
            expected=wanted,
            actual=got,
        )
        expect(
            isinstance(got, int) and got == wanted,
            f"{told} is off. Count the places where the kernel starts: 0, stride, 2 · stride, … as long as it does not stick out.",
            f"{told} est inexact. Comptez les places où commence le noyau : 0, stride, 2 · stride, … tant qu’il ne dépasse pas.",
            expected=wanted,
            actual=got,
        )


def columns_of(x, kh, kw, stride=1, pad=0, dilation=1):
    height, width = (
        size_of(x.shape[2], kh, stride, pad, dilation),
        size_of(x.shape[3], kw, stride, pad, dilation),
    )
    places = [
        shifted(padded_to(x, pad), i, j, height, width, stride, dilation)
        for i in range(kh)
        for j in range(kw)
    ]
    return (
        np.stack(places, axis=2)
        .reshape(len(x), x.shape[1] * kh * kw, -1)
        .swapaxes(1, 2)
        .reshape(-1, x.shape[1] * kh * kw)
    )


def check_im2col(box, rng):
    for options in OPTIONS:
        x, w, _ = case(rng)
        kh, kw = w.shape[2:]
        wanted = columns_of(x, kh, kw, **options)
        got = array(
            box.call("im2col", x, kh, kw, **options),
            f"im2col(x, {kh}, {kw}, {words(options)})",
            shape=wanted.shape,
        )
        channels_last = wanted.reshape(len(wanted), x.shape[1], kh * kw).swapaxes(1, 2).reshape(wanted.shape)
        expect(
            not np.array_equal(got, channels_last),
            "The columns run through the channels fastest. They should go channel by channel, as w.reshape(outputs, -1) does; else the product pairs the wrong numbers.",
            "Les colonnes parcourent d’abord les canaux. Elles devraient aller canal par canal, comme w.reshape(outputs, -1) ; sinon, le produit apparie les mauvais nombres.",
            expected=wanted[0],
            actual=got[0],
        )
        close(
            got,
            wanted,
            "im2col",
            because=(
                f"im2col(x, {kh}, {kw}, {words(options)}) has the right shape, but other patches or another order. Try it with np.arange as the image, and look at the first rows.",
                f"im2col(x, {kh}, {kw}, {words(options)}) a la bonne forme, mais d’autres morceaux ou un autre ordre. Essayez avec np.arange pour image, et regardez les premières lignes.",
            ),
        )


def check_conv(box, rng):
    for options in OPTIONS:
        x, w, b = case(rng)
        wanted = reference(x, w, b, **options)
        got = array(
            box.call("conv2d", x, w, b, **options), f"conv2d(..., {words(options)})", shape=wanted.shape
        )
        expect(
            np.abs(got - reference(x, w[:, :, ::-1, ::-1], b, **options)).max() > 1e-8,
            "The kernel is flipped. Mathematicians flip it, deep-learning libraries do not: the top left weight meets the top left pixel.",
            "Le noyau est retourné. En mathématiques on le retourne, dans les bibliothèques d’apprentissage non : le poids en haut à gauche rencontre le pixel en haut à gauche.",
        )
        scrambled = wanted.transpose(0, 2, 3, 1).reshape(wanted.shape)
        expect(
            np.abs(got - scrambled).max() > 1e-8,
            "The numbers are right but in the wrong places: the product gives (pixels, outputs), and reshape alone cannot bring the outputs to the front. Reshape to (n, height, width, outputs), then transpose.",
            "Les nombres sont justes mais mal placés : le produit donne (pixels, sorties), et reshape seul ne peut pas amener les sorties devant. Passez à la forme (n, hauteur, largeur, sorties), puis transposez.",
        )
        close(got, wanted, f"conv2d(..., {words(options)})", rtol=1e-9, atol=1e-10)


def gradients(box, rng, options):
    x, w, b = case(rng)
    d = rng.normal(size=reference(x, w, b, **options).shape)
    answer = box.call("conv2d_backward", d, x, w, **options)
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        fail(
            "conv2d_backward should return (d_x, d_w, d_b).",
            "conv2d_backward devrait renvoyer (d_x, d_w, d_b).",
            actual=answer,
        )
    return answer, reference_backward(d, x, w, **options), d


def check_weight_gradients(box, rng):
    for options in OPTIONS:
        (_, d_w, d_b), (_, wanted_w, wanted_b), d = gradients(box, rng, options)
        d_b = array(d_b, "d_b", shape=wanted_b.shape)
        expect(
            np.abs(d_b - d.mean(axis=(0, 2, 3))).max() > 1e-9,
            "d_b is a mean. The bias is added at every place of every image: add the gradients of all of them up.",
            "d_b est une moyenne. Le biais s’ajoute à chaque place de chaque image : additionnez tous leurs gradients.",
            expected=wanted_b,
            actual=d_b,
        )
        close(d_b, wanted_b, "d_b", rtol=1e-9, atol=1e-10)
        close(d_w, wanted_w, f"d_w ({words(options)})", rtol=1e-9, atol=1e-9)


def check_input_gradient(box, rng):
    for options in OPTIONS:
        (d_x, _, _), (wanted, _, _), _ = gradients(box, rng, options)
        if options.get("pad"):
            grown = tuple(k + 2 * options["pad"] * (axis > 1) for axis, k in enumerate(wanted.shape))
            expect(
                getattr(d_x, "shape", None) != grown,
                "d_x still has the padding around it. The zeros were not part of x: cut them off.",
                "d_x a encore la bordure autour de lui. Ces zéros ne faisaient pas partie de x : retirez-les.",
                expected=wanted.shape,
                actual=getattr(d_x, "shape", None),
            )
        close(
            d_x,
            wanted,
            "d_x",
            rtol=1e-9,
            atol=1e-9,
            because=(
                f"d_x is off ({words(options)}). A pixel lies in several patches and collects a gradient from each of them: add, where plain assignment keeps only the last (np.add.at adds).",
                f"d_x est inexact ({words(options)}). Un pixel appartient à plusieurs morceaux et reçoit un gradient de chacun : additionnez, là où une simple affectation ne garde que le dernier (np.add.at additionne).",
            ),
        )


def check_groups(box, rng):
    groups = 2
    x, _, _ = case(rng, channels=4)
    w, b = rng.normal(size=(6, 2, 3, 2)), rng.normal(size=6)
    for options in ({}, {"stride": 2, "pad": 1}):
        wanted = np.concatenate(
            [
                reference(x[:, 2 * g : 2 * g + 2], w[3 * g : 3 * g + 3], b[3 * g : 3 * g + 3], **options)
                for g in range(groups)
            ],
            axis=1,
        )
        got = array(
            box.call("grouped_conv2d", x, w, b, groups, **options), "grouped_conv2d(...)", shape=wanted.shape
        )
        first = reference(x[:, :2], w, b, **options)
        expect(
            np.abs(got - first).max() > 1e-8,
            "All outputs look at the first group of channels. Outputs 3 to 5 belong to the second group, and see channels 2 and 3.",
            "Toutes les sorties regardent le premier groupe de canaux. Les sorties 3 à 5 sont du second groupe, et voient les canaux 2 et 3.",
        )
        close(got, wanted, "grouped_conv2d(...)", rtol=1e-9, atol=1e-10)
    x, w, b = rng.normal(size=(2, 5, 6, 7)), rng.normal(size=(5, 1, 3, 3)), rng.normal(size=5)
    wanted = np.concatenate(
        [reference(x[:, g : g + 1], w[g : g + 1], b[g : g + 1], pad=1) for g in range(5)], axis=1
    )
    close(
        box.call("grouped_conv2d", x, w, b, 5, pad=1),
        wanted,
        "grouped_conv2d(..., groups=channels)",
        rtol=1e-9,
        atol=1e-10,
    )


def pool_case(rng):
    size = int(rng.integers(2, 4))
    return rng.normal(size=(2, 3, 4 * size, 5 * size)), size


def blocks(x, size):
    n, c, h, w = x.shape
    return np.stack([x[:, :, i::size, j::size] for i in range(size) for j in range(size)], axis=-1)


def check_pool(box, rng):
    x, size = pool_case(rng)
    x -= 3.0
    wanted = blocks(x, size).max(axis=-1)
    close(box.call("max_pool", x, size), wanted, "max_pool(x, size)", rtol=1e-14)


def pooled_back(d, x, size):
    out = np.zeros_like(x)
    first = blocks(x, size).argmax(axis=-1)
    for place in range(size * size):
        out[:, :, place // size :: size, place % size :: size] = d * (first == place)
    return out


def check_pool_backward(box, rng):
    x, size = pool_case(rng)
    d = rng.normal(size=blocks(x, size).shape[:-1])
    got = array(box.call("max_pool_backward", d, x, size), "max_pool_backward(d, x, size)", shape=x.shape)
    everywhere = np.repeat(np.repeat(d, size, axis=2), size, axis=3)
    expect(
        np.abs(got - everywhere / size**2).max() > 1e-9 and np.abs(got - everywhere).max() > 1e-9,
        "The gradient was shared among all pixels of a block. Only the largest made the output; only it gets the gradient.",
        "Le gradient a été partagé entre tous les pixels d’un bloc. Seul le plus grand a fait la sortie ; lui seul reçoit le gradient.",
        expected=pooled_back(d, x, size)[0, 0, 0],
        actual=got[0, 0, 0],
    )
    close(got, pooled_back(d, x, size), "max_pool_backward(d, x, size)", rtol=1e-12, atol=1e-14)


def check_pool_ties(box, rng):
    x, size = pool_case(rng)
    x = np.maximum(0, np.round(x))
    d = rng.normal(size=blocks(x, size).shape[:-1]) + 3
    got = array(box.call("max_pool_backward", d, x, size), "max_pool_backward(d, x, size)", shape=x.shape)
    expect(
        abs(got.sum() - d.sum()) < 1e-6 * d.size,
        "Where a block holds its largest number twice, the gradient was given twice: more came out than went in. After relu such ties are everywhere, since whole blocks are zero. argmax picks one.",
        "Là où un bloc contient deux fois son plus grand nombre, le gradient a été donné deux fois : il en sort plus qu’il n’en est entré. Après relu, ces ex æquo sont partout, car des blocs entiers sont nuls. argmax en choisit un.",
        expected=d.sum(),
        actual=got.sum(),
    )
    close(got, pooled_back(d, x, size), "max_pool_backward(d, x, size)", rtol=1e-12, atol=1e-14)


def check_receptive_field(box, rng):
    for _ in range(8):
        layers = [
            tuple(int(k) for k in (rng.integers(1, 6), rng.integers(1, 3), rng.integers(1, 3)))
            for _ in range(4)
        ]
        layers[0] = (3, 2, 1)
        field, step = 1, 1
        for kernel, stride, dilation in layers:
            field, step = field + dilation * (kernel - 1) * step, step * stride
        got = box.call("receptive_field", [list(layer) for layer in layers])
        flat = 1 + sum(dilation * (kernel - 1) for kernel, _, dilation in layers)
        expect(
            got != flat or field == flat,
            "The strides are missing: above a layer with stride 2, one step is two pixels wide, so every later kernel reaches twice as far.",
            "Les pas manquent : au-dessus d’une couche de pas 2, un pas fait deux pixels de large, et tout noyau suivant porte deux fois plus loin.",
            expected=field,
            actual=got,
        )
        expect(
            got == field,
            f"receptive_field({layers}) is off.",
            f"receptive_field({layers}) est inexact.",
            expected=field,
            actual=got,
        )
