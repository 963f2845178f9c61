"""The checks of this lab: each rule for one step, then for fifty, then where rules break."""

import numpy as np

from tremplin.grader.checking import array, close, expect, fail, number

STEPS = 50


def momentum(w, g, v, rate, beta=0.9):
    v = beta * v + g
    return w - rate * v, v


def rmsprop(w, g, s, rate, beta=0.99, eps=1e-8):
    s = beta * s + (1 - beta) * g**2
    return w - rate * g / (np.sqrt(s) + eps), s


def adam(w, g, state, rate, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * g
    v = beta2 * state["v"] + (1 - beta2) * g**2
    step = rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - step, {"t": t, "m": m, "v": v}


def fresh(w):
    return {"t": 0, "m": np.zeros_like(w), "v": np.zeros_like(w)}


def start(rng):
    shape = (int(rng.integers(2, 5)), int(rng.integers(5, 8)))
    return rng.normal(size=shape), rng.normal(size=shape)


def pair(value, name):
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        fail(f"{name} should return two things.", f"{name} devrait renvoyer deux éléments.", actual=value)
    return value


def memory(value, name, shape):
    if not isinstance(value, dict) or set(value) != {"t", "m", "v"}:
        fail(
            f"The state that {name} returns should be a dict with the keys t, m, v.",
            f"L’état renvoyé par {name} devrait être un dictionnaire de clés t, m, v.",
            actual=value,
        )
    return {
        "t": int(number(value["t"], 'state["t"]')),
        "m": array(value["m"], 'state["m"]', shape=shape),
        "v": array(value["v"], 'state["v"]', shape=shape),
    }


def check_momentum(box, rng):
    w, g = start(rng)
    rate = float(rng.uniform(0.01, 0.1))
    got, _ = pair(box.call("momentum_step", w, g, np.zeros_like(w), rate), "momentum_step")
    got = array(got, "w", shape=w.shape)
    expect(
        np.abs(got - (w + rate * g)).max() > 1e-12,
        "The step goes along the gradient, so the loss climbs. Go against it: minus.",
        "Le pas suit le gradient, donc la perte monte. Allez contre lui : moins.",
        expected=(w - rate * g)[0],
        actual=got[0],
    )
    expect(
        np.abs(got - (w - 0.1 * rate * g)).max() > 1e-12,
        "The first step is ten times too short: here the velocity is beta · v + g, with the gradient in full, not (1 − beta) · g.",
        "Le premier pas est dix fois trop court : ici la vitesse est beta · v + g, avec le gradient entier, et non (1 − beta) · g.",
        expected=(w - rate * g)[0],
        actual=got[0],
    )
    close(got, w - rate * g, "w", rtol=1e-10)


def check_momentum_path(box, rng):
    w, _ = start(rng)
    v, mine, speed = np.zeros_like(w), w, np.zeros_like(w)
    rate, beta = 0.05, float(rng.uniform(0.7, 0.95))
    for _ in range(STEPS):
        g = rng.normal(size=w.shape)
        w, v = pair(box.call("momentum_step", w, g, v, rate, beta), "momentum_step")
        mine, speed = momentum(mine, g, speed, rate, beta)
    close(
        w,
        mine,
        "w",
        rtol=1e-9,
        atol=1e-10,
        because=(
            "After 50 steps w is off. Is the velocity you return the new one, and does it forget by the factor beta at every step?",
            "Après 50 pas, w s’écarte. La vitesse que vous renvoyez est-elle la nouvelle, et oublie-t-elle par le facteur beta à chaque pas ?",
        ),
    )


def check_rmsprop(box, rng):
    w, _ = start(rng)
    s, mine, mean = np.zeros_like(w), w, np.zeros_like(w)
    for step in range(STEPS):
        g = rng.normal(size=w.shape) * 0.3
        old = mean
        w, s = pair(box.call("rmsprop_step", w, g, s, 0.01), "rmsprop_step")
        before, (mine, mean) = mine, rmsprop(mine, g, mean, 0.01)
        if step == 1:
            late = before - 0.01 * g / (np.sqrt(old) + 1e-8)
            expect(
                np.abs(array(w, "w", shape=late.shape) - late).max() > 1e-12,
                "The step divides by the old s. Update s first: the gradient in hand should count too.",
                "Le pas divise par l’ancien s. Mettez d’abord s à jour : le gradient du moment doit compter aussi.",
            )
    close(w, mine, "w", rtol=1e-9, atol=1e-10)


def check_adam_first(box, rng):
    w, _ = start(rng)
    rate = float(rng.uniform(0.01, 0.1))
    g = rng.choice([-1.0, 1.0], size=w.shape) * 10.0 ** rng.uniform(-1, 3, size=w.shape)
    got, state = pair(box.call("adam_step", w, g, fresh(w), rate), "adam_step")
    got = array(got, "w", shape=w.shape)
    length = np.abs(got - w) / rate
    expect(
        not np.allclose(length, 0.1 / np.sqrt(0.001), rtol=1e-2),
        "The first step is 3.16 times too long: m and v start at zero and lag behind. Divide m by 1 − beta1**t and v by 1 − beta2**t.",
        "Le premier pas est 3,16 fois trop long : m et v partent de zéro et sont en retard. Divisez m par 1 − beta1**t et v par 1 − beta2**t.",
        expected=1.0,
        actual=length[0],
    )
    wanted, _ = adam(w, g, fresh(w), rate)
    close(got, wanted, "w", rtol=1e-6, atol=1e-6)  # what eps does, another check asks
    state = memory(state, "adam_step", w.shape)
    expect(
        state["t"] == 1,
        "After the first step, t should be 1.",
        "Après le premier pas, t devrait valoir 1.",
        expected=1,
        actual=state["t"],
    )


def check_adam_path(box, rng):
    w, _ = start(rng)
    state, mine, own = fresh(w), w, fresh(w)
    for _ in range(STEPS):
        g = rng.normal(size=w.shape) + 0.3
        w, state = pair(box.call("adam_step", w, g, state, 0.01), "adam_step")
        state = memory(state, "adam_step", mine.shape)
        mine, own = adam(mine, g, own, 0.01)
    expect(
        state["t"] == STEPS,
        f"After {STEPS} steps t should be {STEPS}. The correction fades only if t counts.",
        f"Après {STEPS} pas, t devrait valoir {STEPS}. La correction ne s’efface que si t compte.",
        expected=STEPS,
        actual=state["t"],
    )
    close(state["m"], own["m"], 'state["m"]', rtol=1e-9, atol=1e-10, because=(
        "m is off after 50 steps. It is the running mean of the gradient, with beta1; and it is kept uncorrected, since the correction belongs to the step only.",
        "m s’écarte après 50 pas. C’est la moyenne courante du gradient, avec beta1 ; et on le garde sans correction, car celle-ci ne concerne que le pas.",
    ))  # fmt: skip
    close(state["v"], own["v"], 'state["v"]', rtol=1e-9, atol=1e-12)
    close(w, mine, "w", rtol=1e-6, atol=1e-6)


def check_adam_tiny(box, rng):
    w, _ = start(rng)
    g = rng.choice([-1.0, 1.0], size=w.shape) * rng.uniform(1e-7, 1e-6, size=w.shape)
    got, _ = pair(box.call("adam_step", w, g, fresh(w), 0.1), "adam_step")
    wanted, _ = adam(w, g, fresh(w), 0.1)
    close(
        got,
        wanted,
        "w",
        rtol=1e-9,
        atol=1e-9,
        because=(
            "With gradients of a millionth the step is off. eps is added to the root, sqrt(v) + eps; under the root it would outweigh such gradients.",
            "Avec des gradients d’un millionième, le pas s’écarte. eps s’ajoute à la racine, sqrt(v) + eps ; sous la racine, il l’emporterait sur de tels gradients.",
        ),
    )


def check_state_kept(box, rng):
    w, g = start(rng)
    state = {"t": 3, "m": rng.normal(size=w.shape), "v": rng.uniform(0.1, 1, size=w.shape)}
    _, after = box.call_and_arguments("adam_step", w, g, state, 0.1)
    kept = isinstance(after[2], dict) and all(
        np.array_equal(np.asarray(after[2].get(name)), value) for name, value in state.items()
    )
    expect(
        kept and np.array_equal(after[0], w) and np.array_equal(after[1], g),
        "adam_step changed what it was given. m *= beta1 writes into the caller's array; m = beta1 * m makes a new one.",
        "adam_step a modifié ce qu’on lui a donné. m *= beta1 écrit dans le tableau de l’appelant ; m = beta1 * m en crée un nouveau.",
    )


def check_adamw(box, rng):
    w, _ = start(rng)
    w *= 10
    state, mine, own = fresh(w), w, fresh(w)
    rate, decay = 0.05, float(rng.uniform(0.05, 0.2))
    coupled, other = w, fresh(w)
    for _ in range(STEPS):
        g = rng.normal(size=w.shape)
        w, state = pair(box.call("adamw_step", w, g, state, rate, decay), "adamw_step")
        state = memory(state, "adamw_step", mine.shape)
        mine, own = adam(mine * (1 - rate * decay), g, own, rate)
        coupled, other = adam(coupled, g + decay * coupled, other, rate)
    got = array(w, "w", shape=mine.shape)
    expect(
        np.abs(got - coupled).max() > 1e-8,
        "The decay was added to the gradient, so Adam divides it away again: weights with large gradients hardly shrink. Shrink the weights themselves, outside Adam.",
        "La décroissance a été ajoutée au gradient, et Adam la divise aussitôt : les poids à grand gradient rétrécissent à peine. Rétrécissez les poids eux-mêmes, hors d’Adam.",
        expected=mine[0],
        actual=got[0],
    )
    close(got, mine, "w", rtol=1e-9, atol=1e-9)


def clipped(box, gradients, limit):
    answer, norm = pair(box.call("clip", gradients, limit), "clip")
    if not isinstance(answer, dict) or set(answer) != set(gradients):
        fail(
            "clip should return a dict with the same keys.",
            "clip devrait renvoyer un dictionnaire de mêmes clés.",
            actual=answer,
        )
    return {k: array(answer[k], f'gradients["{k}"]', shape=gradients[k].shape) for k in gradients}, number(
        norm, "norm"
    )


def check_clip(box, rng):
    w, b = rng.normal(size=(4, 3)) * 3, rng.normal(size=3) * 0.1
    norm = np.sqrt((w**2).sum() + (b**2).sum())
    limit = norm / float(rng.uniform(2, 5))
    got, told = clipped(box, {"w": w, "b": b}, limit)
    expect(
        np.abs(got["b"] - b).max() > 1e-12 or np.array_equal(got["w"], w),
        "Each array was clipped by its own norm, which bends the direction of the step. Take one norm of all gradients together, and scale them all by the same factor.",
        "Chaque tableau a été écrêté par sa propre norme, ce qui dévie le pas. Prenez une seule norme, celle de tous les gradients ensemble, et appliquez à tous le même facteur.",
        expected=b * limit / norm,
        actual=got["b"],
    )
    close(told, norm, "norm", rtol=1e-10)
    close(got["w"], w * limit / norm, 'gradients["w"]', rtol=1e-9)
    close(got["b"], b * limit / norm, 'gradients["b"]', rtol=1e-9)


def check_clip_small(box, rng):
    w, b = rng.normal(size=(4, 3)), rng.normal(size=3)
    got, _ = clipped(box, {"w": w, "b": b}, 1000.0)
    expect(
        np.abs(got["w"] - w).max() < 1e-12,
        "Gradients below the limit were scaled up to it. Clipping only ever makes a step shorter.",
        "Des gradients sous la limite ont été agrandis jusqu’à elle. Écrêter ne fait jamais que raccourcir un pas.",
        expected=w[0],
        actual=got["w"][0],
    )
    got, norm = clipped(box, {"w": w * 0, "b": b * 0}, 1.0)
    close(got["w"], w * 0, 'gradients["w"]')
    close(norm, 0.0, "norm")


def rate_at(step, warmup, total, peak, floor):
    if step < warmup:
        return peak * (step + 1) / warmup
    done = min(1.0, (step - warmup) / (total - warmup))
    return floor + (peak - floor) * (1 + np.cos(np.pi * done)) / 2


def check_warm_up(box, rng):
    warmup, peak = int(rng.integers(5, 12)), float(rng.uniform(0.1, 1))
    rates = [number(box.call("schedule", step, warmup, 100, peak), "schedule(...)") for step in range(warmup)]
    expect(
        rates[0] != 0,
        "The rate at step 0 is zero, so the first batch is wasted. At step 0 it should be peak / warmup.",
        "Le taux au pas 0 est nul : le premier lot est perdu. Au pas 0, il devrait valoir peak / warmup.",
        expected=peak / warmup,
        actual=rates[0],
    )
    close(np.array(rates), peak * np.arange(1, warmup + 1) / warmup, "schedule(0 … warmup − 1)", rtol=1e-10)


def check_cosine(box, rng):
    warmup, total = int(rng.integers(5, 12)), int(rng.integers(60, 90))
    peak, floor = float(rng.uniform(0.5, 1)), float(rng.uniform(0.01, 0.1))
    for step in (warmup, (warmup + total) // 2, total - 1, total, total + 25):
        rate = number(box.call("schedule", step, warmup, total, peak, floor), "schedule(...)")
        if step > total:
            expect(
                abs(rate - floor) < 1e-9,
                f"Past the end, at step {step} of {total}, the rate rises again. It should stay at floor.",
                f"Après la fin, au pas {step} sur {total}, le taux remonte. Il devrait rester à floor.",
                expected=floor,
                actual=rate,
            )
        close(
            rate,
            rate_at(step, warmup, total, peak, floor),
            "schedule(...)",
            rtol=1e-9,
            because=(
                f"The rate at step {step} is off (warm-up {warmup}, total {total}). The cosine runs from peak at step warmup to floor at step total.",
                f"Le taux au pas {step} s’écarte (échauffement {warmup}, total {total}). Le cosinus va de peak au pas warmup à floor au pas total.",
            ),
        )


def losses_of(method, a, w, steps, rate):
    v, state = np.zeros_like(w), fresh(w)
    losses = [0.5 * (a * w**2).sum()]
    for _ in range(steps):
        g = a * w
        if method == "sgd":
            w = w - rate * g
        elif method == "adam":
            w, state = adam(w, g, state, rate)
        else:
            w, v = (momentum if method == "momentum" else rmsprop)(w, g, v, rate)
        losses.append(0.5 * (a * w**2).sum())
    return np.array(losses)


def check_descend(box, rng):
    a, w = np.array([1.0, 10.0, 100.0]), rng.normal(size=3) + 2
    for method, rate in (("sgd", 0.015), ("momentum", 0.005), ("rmsprop", 0.05), ("adam", 0.1)):
        got = array(box.call("descend", method, a, w, 60, rate), f'descend("{method}", ...)', shape=(61,))
        close(
            got,
            losses_of(method, a, w, 60, rate),
            f'descend("{method}", ...)',
            rtol=1e-7,
            atol=1e-10,
            because=(
                f'The losses of "{method}" are off. Carry what each step returned, weights and memory, into the next one; do not start the memory anew.',
                f"Les pertes de « {method} » s’écartent. Portez ce que chaque pas renvoie, poids et mémoire, dans le suivant ; ne recommencez pas la mémoire à zéro.",
            ),
        )
