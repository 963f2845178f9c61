"""The checks of this lab: each part asked exactly, then a network let loose in worlds that nobody has seen."""

import numpy as np

from tremplin.grader.checking import array, close, equal, expect, fail, finite, number


def some_rewards(rng):
    """None is near zero but two that are, so that no mistake can look right."""
    r = rng.uniform(0.5, 2, size=8) * rng.choice([-1, 1], size=8)
    r[[2, 5]] = 0.0
    return r


def check_returns(box, rng):
    r, gamma = some_rewards(rng), float(rng.uniform(0.6, 0.9))
    got = array(box.call("returns", r, gamma), "returns(rewards, gamma)", shape=(8,))
    powers = gamma ** np.arange(8)
    wanted = np.array([(r[t:] * powers[: 8 - t]).sum() for t in range(8)])
    forward = np.array([(r[: t + 1] * powers[: t + 1][::-1]).sum() for t in range(8)])
    from_start = np.cumsum((r * powers)[::-1])[::-1]
    expect(
        np.abs(got - forward).max() > 1e-9,
        "These sums run over the past. A move is judged by what comes after it: go backwards from the end.",
        "Ces sommes portent sur le passé. Un coup se juge à ce qui vient après lui : remontez depuis la fin.",
        expected=wanted,
        actual=got,
    )
    expect(
        np.abs(got - from_start).max() > 1e-9,
        "Rewards are discounted from the beginning of the game. At each time the count starts anew: the reward of this very move is not discounted at all.",
        "Les récompenses sont escomptées depuis le début de la partie. À chaque instant, le compte repart : la récompense de ce coup même n’est pas escomptée.",
        expected=wanted,
        actual=got,
    )
    close(got, wanted, "returns(rewards, gamma)", rtol=1e-9)


def check_act(box, rng):
    n = 300
    q, u, v = rng.normal(size=(n, 5)), rng.random(n), rng.random(n)
    got = array(box.call("act", q, 0.3, u, v), "act(q, 0.3, u, v)", shape=(n,), kind="int")
    best, chance = q.argmax(axis=1), (v * 5).astype(int)
    expect(
        not np.array_equal(got, np.where(u < 0.3, best, chance)),
        "With epsilon = 0.3 this explores in 70 % of the moves. Epsilon is the share of exploring.",
        "Avec epsilon = 0,3, ceci explore dans 70 % des coups. Epsilon est la part d’exploration.",
    )
    equal(got, np.where(u < 0.3, chance, best), "act(q, epsilon, u, v)")


def a_world(rng, size=6, walls=6):
    n = size * size
    while True:
        places = rng.permutation(n)
        goal, pit, blocked = int(places[0]), int(places[1]), set(places[2 : 2 + walls].tolist())
        following = np.zeros((n, 4), dtype=int)
        for state in range(n):
            for action, (down, right) in enumerate(((-1, 0), (0, 1), (1, 0), (0, -1))):
                row, column = state // size + down, state % size + right
                inside = 0 <= row < size and 0 <= column < size and row * size + column not in blocked
                following[state, action] = row * size + column if inside else state
        reached = {goal}
        for _ in range(n):
            reached |= {
                s for s in range(n) if s not in blocked and s != pit and set(following[s].tolist()) & reached
            }
        starts = [s for s in range(n) if s not in blocked and s not in (goal, pit)]
        if set(starts) <= reached:
            break
    place = np.stack([np.arange(n) // size, np.arange(n) % size], axis=1) / size - 0.5
    return {
        "next": following,
        "reward": np.where(following == goal, 1.0, np.where(following == pit, -1.0, 0.0)),
        "terminal": np.isin(np.arange(n), [goal, pit]),
        "starts": np.array(starts),
        "features": np.concatenate([np.eye(n), place], axis=1),
    }


def moved(box, env, state, action, age, limit):
    answer = box.call("transition", env, state, action, age, limit)
    if not isinstance(answer, (tuple, list)) or len(answer) != 4:
        fail(
            "transition should return (next state, reward, terminal, over).",
            "transition devrait renvoyer (état suivant, récompense, terminal, over).",
            actual=answer,
        )
    return int(number(answer[0], "next state")), number(answer[1], "reward"), bool(answer[2]), bool(answer[3])


def check_transition(box, rng):
    env = a_world(rng)
    ends = [(s, a) for s in env["starts"] for a in range(4) if env["terminal"][env["next"][s, a]]]
    open_ones = [(s, a) for s in env["starts"] for a in range(4) if not env["terminal"][env["next"][s, a]]]
    for (s, a), age in ((ends[0], 3), (open_ones[0], 3), (ends[-1], 9)):
        got = moved(box, env, int(s), a, age, 10)
        ended = bool(env["terminal"][env["next"][s, a]])
        wanted = (int(env["next"][s, a]), float(env["reward"][s, a]), ended, ended or age == 9)
        expect(
            got == wanted,
            f"From state {s}, action {a} after {age} moves of at most 10 should give {wanted}.",
            f"Depuis l’état {s}, l’action {a} après {age} coups sur 10 au plus devrait donner {wanted}.",
            expected=wanted,
            actual=got,
        )


def check_out_of_time(box, rng):
    env = a_world(rng)
    s, a = next((s, a) for s in env["starts"] for a in range(4) if not env["terminal"][env["next"][s, a]])
    _, _, terminal, over = moved(box, env, int(s), a, 9, 10)
    expect(
        over,
        "After 9 moves this one is number 10 of 10: it is over, and the next game begins.",
        "Après 9 coups, celui-ci est le 10e sur 10 : c’est fini, et la partie suivante commence.",
        expected=True,
        actual=over,
    )
    expect(
        not terminal,
        'Being out of time was called terminal. Nothing ended there: whoever learns that value stops after move 10 will think good states worthless. Only env["terminal"] decides.',
        'Le manque de temps a été dit terminal. Rien ne finit là : qui apprend que toute valeur cesse après le coup 10 croira sans valeur de bons états. Seul env["terminal"] décide.',
        expected=False,
        actual=terminal,
    )


def check_targets(box, rng):
    n, gamma = 9, float(rng.uniform(0.7, 0.95))
    r, q, end = rng.normal(size=n), rng.normal(size=(n, 4)) + 1, np.arange(n) % 3 == 0
    got = array(box.call("targets", r, q, end, gamma), "targets(...)", shape=(n,))
    wanted = r + gamma * np.where(end, 0.0, q.max(axis=1))
    expect(
        np.abs(got - (r + gamma * q.max(axis=1))).max() > 1e-9,
        "Something was added after a terminal state. Nothing follows there; the reward is all.",
        "Quelque chose a été ajouté après un état terminal. Rien n’y suit ; la récompense est tout.",
        expected=wanted[0],
        actual=got[0],
    )
    expect(
        np.abs(got - np.where(end, 0.0, r + gamma * q.max(axis=1))).max() > 1e-9,
        "At terminal states the reward was dropped as well. It is the one thing there is to learn from.",
        "Aux états terminaux, la récompense a été supprimée aussi. C’est la seule chose dont il y ait à apprendre.",
        expected=wanted[0],
        actual=got[0],
    )
    expect(
        np.abs(got - (r + gamma * np.where(end, 0.0, q.mean(axis=1)))).max() > 1e-9,
        "This takes the mean over the next actions. Q-learning assumes that the best one will be taken.",
        "Ceci prend la moyenne sur les actions suivantes. Le Q-learning suppose que la meilleure sera prise.",
        expected=wanted[1],
        actual=got[1],
    )
    close(got, wanted, "targets(...)", rtol=1e-9)


def check_double(box, rng):
    n, gamma = 32, float(rng.uniform(0.7, 0.95))
    r, end = rng.normal(size=n), np.arange(n) % 4 == 0
    q, frozen, rows = rng.normal(size=(n, 4)), rng.normal(size=(n, 4)), np.arange(n)
    got = array(box.call("double_targets", r, q, frozen, end, gamma), "double_targets(...)", shape=(n,))
    wanted = r + gamma * np.where(end, 0.0, frozen[rows, q.argmax(axis=1)])
    for other, en, fr in (
        (frozen.max(axis=1), "The frozen network chooses and values. Whoever does both believes its own lucky mistakes: let the network in training choose.", "Le réseau figé choisit et évalue. Qui fait les deux croit à ses propres erreurs heureuses : laissez choisir le réseau en cours d’entraînement."),
        (q.max(axis=1), "The network in training chooses and values. Look up in the frozen one what the chosen action is worth.", "Le réseau en cours d’entraînement choisit et évalue. Cherchez dans le réseau figé ce que vaut l’action choisie."),
        (q[rows, frozen.argmax(axis=1)], "The roles are the other way round: the network in training chooses, the frozen one values.", "Les rôles sont inversés : le réseau en cours d’entraînement choisit, le réseau figé évalue."),
    ):  # fmt: skip
        expect(
            np.abs(got - (r + gamma * np.where(end, 0.0, other))).max() > 1e-9,
            en,
            fr,
            expected=wanted,
            actual=got,
        )
    close(got, wanted, "double_targets(...)", rtol=1e-9)


def network(rng, inputs, hidden):
    shapes = {"w1": (inputs, hidden), "b1": (hidden,), "w2": (hidden, 4), "b2": (4,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def values(params, x):
    return np.maximum(0, x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


def slopes(params, x, error):
    """The gradients, given the derivative with respect to each Q-value."""
    hidden = np.maximum(0, x @ params["w1"] + params["b1"])
    back = (error @ params["w2"].T) * (hidden > 0)
    return {"w1": x.T @ back, "b1": back.sum(0), "w2": hidden.T @ error, "b2": error.sum(0)}


def check_gradients(box, rng):
    n = 7
    params, x, actions = network(rng, 5, 6), rng.normal(size=(n, 5)), rng.integers(0, 4, size=n)
    wanted = values(params, x)[np.arange(n), actions] + rng.uniform(-0.9, 0.9, size=n)
    wanted[:2] += 3.0  # two surprises
    got = box.call("gradients", params, x, actions, wanted)
    if not isinstance(got, dict) or set(got) != set(params):
        fail(
            "gradients should return a dict with the keys of params.",
            "gradients devrait renvoyer un dictionnaire avec les clés de params.",
            actual=got,
        )
    found = {name: array(got[name], f'gradients["{name}"]', shape=params[name].shape) for name in params}
    error, taken = values(params, x) - wanted[:, None], np.eye(4)[actions]
    right = np.clip(error, -1, 1) * taken / n
    for other, en, fr in (
        (np.clip(error, -1, 1) / n, "All four actions are pulled towards the target. It says something about the action that was taken, and nothing about the others.", "Les quatre actions sont tirées vers la cible. Elle dit quelque chose de l’action prise, et rien des autres."),
        (error * taken / n, "This is the gradient of the square. The Huber loss clips it to [-1, 1], so that one surprise cannot wreck the network.", "C’est le gradient du carré. La perte de Huber le borne à [-1, 1], pour qu’une seule surprise ne puisse pas démolir le réseau."),
        (right * n, "The gradients are added up over the batch; the loss is a mean.", "Les gradients sont additionnés sur le lot ; la perte est une moyenne."),
        (-right, "The sign is turned round: a value that is too high must come down. The derivative is value minus wanted.", "Le signe est inversé : une valeur trop haute doit descendre. La dérivée est la valeur moins la cible."),
    ):  # fmt: skip
        expect(np.abs(found["w2"] - slopes(params, x, other)["w2"]).max() > 1e-9, en, fr)
    for name, g in slopes(params, x, right).items():
        close(found[name], g, f'gradients["{name}"]', rtol=1e-8, atol=1e-11)


def best_values(env, gamma):
    q = np.zeros(env["next"].shape)
    for _ in range(150):
        q = env["reward"] + gamma * np.where(env["terminal"], 0.0, q.max(axis=1))[env["next"]]
    return q


def start(rng):
    params = network(rng, 38, 48)
    scales = {"w1": np.sqrt(2 / 3), "b1": 0.0, "w2": 0.1 * np.sqrt(1 / 48), "b2": 0.0}
    return {name: value * scales[name] for name, value in params.items()}


def trained(box, env, params, steps, seed):
    got, arguments = box.call_and_arguments("train", env, params, steps, 0.9, seed)
    if not isinstance(got, dict) or set(got) != set(params):
        fail(
            "train should return a dict with the keys of params.",
            "train devrait renvoyer un dictionnaire avec les clés de params.",
            actual=got,
        )
    found = {name: array(got[name], f'params["{name}"]', shape=params[name].shape) for name in params}
    for name, value in found.items():
        finite(value, f'params["{name}"]')
    return found, arguments[1]


def check_repeatable(box, rng):
    env, params, seed = a_world(rng), start(rng), int(rng.integers(1 << 30))
    first, after = trained(box, env, params, 150, seed)
    second, _ = trained(box, env, params, 150, seed)
    expect(
        all(np.array_equal(first[name], second[name]) for name in first),
        "The same seed gave other weights. In this field two runs differ enough as it is: draw every number from np.random.default_rng(seed).",
        "La même graine a donné d’autres poids. Dans ce domaine, deux essais diffèrent bien assez : tirez chaque nombre de np.random.default_rng(seed).",
    )
    kept = isinstance(after, dict) and all(
        np.array_equal(np.asarray(after[name]), params[name]) for name in params
    )
    expect(
        kept,
        "train changed the params that it was given.",
        "train a modifié les params reçus.",
    )


def check_optimal(box, rng):
    shares = []
    for _ in range(2):
        env = a_world(rng)
        params, _ = trained(box, env, start(rng), 5000, int(rng.integers(1 << 30)))
        q, states = best_values(env, 0.9), env["starts"]
        chosen = values(params, env["features"]).argmax(axis=1)
        shares.append((q[states, chosen[states]] >= q[states].max(axis=1) - 1e-9).mean())
    share = float(np.mean(shares))
    expect(
        share >= 0.85,
        f"After 5,000 moves in each of two new worlds, the best action is known in {share:.0%} of the states; 85 % and more are to be expected. Does it explore at first, remember its moves and draw from all of them, and copy itself into the frozen network?",
        f"Après 5 000 coups dans chacun de deux mondes nouveaux, la meilleure action est connue dans {100 * share:.0f} % des états ; on en attend 85 % et plus. Le réseau explore-t-il au début, retient-il ses coups pour tirer parmi tous, et se copie-t-il dans le réseau figé ?",
        expected="≥ 0.85",
        actual=share,
    )
