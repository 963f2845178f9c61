import numpy as np


def forward(params, x):
    return np.maximum(0, x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


def adam(params, gradients, memory, rate):
    t = memory.setdefault("t", 0) + 1
    memory["t"] = t
    result = {}
    for name, w in params.items():
        m = memory[name, "m"] = 0.9 * memory.get((name, "m"), 0.0) + 0.1 * gradients[name]
        v = memory[name, "v"] = 0.99 * memory.get((name, "v"), 0.0) + 0.01 * gradients[name] ** 2
        result[name] = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
    return result


def returns(rewards, gamma):
    result = np.zeros(len(rewards))
    total = 0.0
    for t in reversed(range(len(rewards))):
        total = rewards[t] + gamma * total
        result[t] = total
    return result


def act(q, epsilon, u, v):
    explored = (v * q.shape[1]).astype(int)
    return np.where(u < epsilon, explored, q.argmax(axis=1))


def transition(env, state, action, age, limit):
    following = int(env["next"][state, action])
    terminal = bool(env["terminal"][following])
    over = terminal or age + 1 >= limit
    return following, float(env["reward"][state, action]), terminal, over


def targets(reward, q_next, terminal, gamma):
    return reward + gamma * np.where(terminal, 0.0, q_next.max(axis=1))


def double_targets(reward, q_next, q_next_frozen, terminal, gamma):
    chosen = q_next_frozen[np.arange(len(reward)), q_next.argmax(axis=1)]
    return reward + gamma * np.where(terminal, 0.0, chosen)


def gradients(params, x, actions, wanted):
    rows, n = np.arange(len(x)), len(x)
    hidden = np.maximum(0, x @ params["w1"] + params["b1"])
    error = (hidden @ params["w2"] + params["b2"])[rows, actions] - wanted
    d = np.zeros((n, params["w2"].shape[1]))
    d[rows, actions] = np.clip(error, -1, 1) / n
    back = (d @ params["w2"].T) * (hidden > 0)
    return {"w1": x.T @ back, "b1": back.sum(axis=0), "w2": hidden.T @ d, "b2": d.sum(axis=0)}


def train(env, params, steps, gamma, seed, limit=40, batch=32, rate=0.003, every=100):
    rng = np.random.default_rng(seed)
    frozen, memory, moments = params, [], {}
    state, age = int(rng.choice(env["starts"])), 0
    for step in range(steps):
        epsilon = max(0.1, 1 - 2 * step / steps)
        q = forward(params, env["features"][[state]])
        action = int(act(q, epsilon, rng.random(1), rng.random(1))[0])
        following, reward, terminal, over = transition(env, state, action, age, limit)
        memory.append((state, action, reward, following, terminal))
        state, age = (int(rng.choice(env["starts"])), 0) if over else (following, age + 1)
        rows = [memory[i] for i in rng.integers(len(memory), size=batch)]
        s, a, r, n, end = (np.array(column) for column in zip(*rows, strict=True))
        q_next, q_frozen = (forward(p, env["features"][n]) for p in (params, frozen))
        wanted = double_targets(r, q_next, q_frozen, end, gamma)
        params = adam(params, gradients(params, env["features"][s], a, wanted), moments, rate)
        if step % every == 0:
            frozen = params
    return params


def grid(seed, size=6, walls=6):
    """A square with walls, one goal (+1) and one pit (-1), both of which end the game.

    Returns {"next": (n, 4), "reward": (n, 4), "terminal": (n,), "starts", "features": (n, f)}.
    Actions: 0 up, 1 right, 2 down, 3 left. Whoever walks into a wall stays. The goal can be reached
    from every start.
    """
    rng = np.random.default_rng(seed)
    n = size * size
    while True:
        places = rng.permutation(n)
        goal, pit, blocked = places[0], places[1], set(places[2 : 2 + walls].tolist())
        following = np.zeros((n, 4), dtype=int)
        for state in range(n):
            for action, (down, right) in enumerate(((-1, 0), (0, 1), (1, 0), (0, -1))):
                row, column = state // size + down, state % size + right
                there = row * size + column
                inside = 0 <= row < size and 0 <= column < size and there not in blocked
                following[state, action] = there if inside else state
        reached = {int(goal)}
        for _ in range(n):
            reached |= {
                s for s in range(n) if s not in blocked and s != pit and set(following[s].tolist()) & reached
            }
        starts = np.array([s for s in range(n) if s not in blocked and s not in (goal, pit)])
        if set(starts.tolist()) <= reached:
            break
    terminal = np.isin(np.arange(n), [goal, pit])
    reward = np.where(following == goal, 1.0, np.where(following == pit, -1.0, 0.0))
    place = np.stack([np.arange(n) // size, np.arange(n) % size], axis=1) / size - 0.5
    features = np.concatenate([np.eye(n), place], axis=1)
    return {"next": following, "reward": reward, "terminal": terminal, "starts": starts, "features": features}


def init(inputs, hidden, actions, seed):
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.normal(size=(inputs, hidden)) * np.sqrt(2 / 3),
        "b1": np.zeros(hidden),
        "w2": rng.normal(size=(hidden, actions)) * np.sqrt(1 / hidden) * 0.1,
        "b2": np.zeros(actions),
    }
