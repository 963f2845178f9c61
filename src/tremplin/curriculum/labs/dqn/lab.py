# %% [markdown]
# # Learning by trying
#
# Nobody says which move was right. There is a reward at the end, or none, and from this a network
# learns what every move is worth. You write the parts of deep Q-learning in which it goes wrong
# in practice: discounting, exploring, the difference between an end and an interruption, targets
# that do not flatter themselves, and the loop that joins them.
#
# Q-values are arrays of shape (n, actions): what each action is worth in each of n states.

# %%
import numpy as np


# %% task: returns
def returns(rewards, gamma):
    """Return, for each time, the sum of the rewards from then on, each later one discounted once more.

    returns(r, g)[t] = r[t] + g * r[t + 1] + g**2 * r[t + 2] + …
    """
    raise NotImplementedError


# %% task: act
def act(q, epsilon, u, v):
    """Return an action for each row of q, as integers.

    u, v: numbers in [0, 1), one for each row. Where u < epsilon, explore: action int(v * actions).
    Elsewhere take the action of the largest value.
    """
    raise NotImplementedError


# %% task: transition
def transition(env, state, action, age, limit):
    """Make a move. Returns (next state, reward, terminal, over).

    env["next"][state, action] and env["reward"][state, action] say what happens.
    terminal: whether env["terminal"] says that the game ends in the next state.
    over: whether to begin anew: after a terminal state, or when this was move number `limit`.
    age: how many moves came before this one. Being out of time is not terminal: the game would go on.
    """
    raise NotImplementedError


# %% task: targets
def targets(reward, q_next, terminal, gamma):
    """Return what the values should have been: reward + gamma * (largest value of the next state).

    reward, terminal: shape (n,).  q_next: (n, actions). After a terminal state nothing follows.
    """
    raise NotImplementedError


# %% task: double_targets
def double_targets(reward, q_next, q_next_frozen, terminal, gamma):
    """Like targets, but one network chooses the next action and the other says what it is worth.

    q_next: by the network in training, which chooses.  q_next_frozen: by its older copy, which values.
    """
    raise NotImplementedError


# %% Given
def forward(params, x):
    """The Q-values, shape (n, actions)."""
    return np.maximum(0, x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


# %% task: gradients
def gradients(params, x, actions, wanted):
    """Return the gradients of the mean Huber loss of Q(x[i], actions[i]) against wanted[i], keyed like params.

    The Huber loss has the derivative clip(value - wanted, -1, 1). Only the action that was taken is
    corrected. `wanted` is a fixed number: no gradient goes through it.
    """
    raise NotImplementedError


# %% Given
def adam(params, gradients, memory, rate):
    """One step. `memory` is a dict that starts empty and is kept from step to step. Returns new params."""
    t = memory.setdefault("t", 0) + 1
    memory["t"] = t
    result = {}
    for name, w in params.items():
        m = memory[name, "m"] = 0.9 * memory.get((name, "m"), 0.0) + 0.1 * gradients[name]
        v = memory[name, "v"] = 0.99 * memory.get((name, "v"), 0.0) + 0.01 * gradients[name] ** 2
        result[name] = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8)
    return result


# %% task: train
def train(env, params, steps, gamma, seed, limit=40, batch=32, rate=0.003, every=100):
    """Deep Q-learning. Returns the trained params; those handed in stay as they are.

    In each of `steps` moves: act, with epsilon falling evenly from 1 to 0 over the first half and
    never below 0.1; make the transition; remember (state, action, reward, next state, terminal);
    if it is over, go on from a random one of env["starts"]. Then draw `batch` remembered moves,
    with repetition, form double targets, and take one step of adam. Copy the network into the
    frozen one every `every` moves. The input of a state is its row of env["features"].
    All chance comes from np.random.default_rng(seed).
    """
    raise NotImplementedError


# %% Given: a small world
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


# %% Given
def init(inputs, hidden, actions, seed):
    rng = np.random.default_rng(seed)
    return {
        "w1": rng.normal(size=(inputs, hidden)) * np.sqrt(2 / 3),
        "b1": np.zeros(hidden),
        "w2": rng.normal(size=(hidden, actions)) * np.sqrt(1 / hidden) * 0.1,
        "b2": np.zeros(actions),
    }


# %% Try it
if __name__ == "__main__":
    env = grid(seed=2)
    params = train(env, init(38, 48, 4, seed=0), steps=5000, gamma=0.9, seed=0)
    best = forward(params, env["features"]).argmax(axis=1)
    for row in range(6):
        cells = []
        for state in range(6 * row, 6 * row + 6):
            if env["terminal"][state]:
                cells.append("+" if (env["reward"] * (env["next"] == state)).max() > 0 else "-")
            else:
                cells.append("↑→↓←"[best[state]] if state in env["starts"] else "#")
        print(" ".join(cells))
