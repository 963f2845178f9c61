import hashlib
import json
import os
import re
import tempfile

import numpy as np


class Training:
    """A small run with everything that makes resuming hard: momentum, batches in random order, dropout."""

    def __init__(self, x, y, seed):
        self.x, self.y = x, y
        self.rng = np.random.default_rng(seed)
        self.w = np.zeros(x.shape[1])
        self.v = np.zeros(x.shape[1])
        self.step = 0
        self.order = self.rng.permutation(len(x))
        self.position = 0

    def run(self, steps):
        for _ in range(steps):
            self.one_step()

    def one_step(self):
        if self.position >= len(self.order):
            self.order = self.rng.permutation(len(self.x))
            self.position = 0
        batch = self.order[self.position : self.position + 4]
        self.position += 4
        x = self.x[batch] * (self.rng.random((len(batch), len(self.w))) < 0.8)
        self.v *= 0.9
        self.v += x.T @ (x @ self.w - self.y[batch]) / len(batch)
        self.w -= 0.02 * self.v
        self.step += 1


def file_name(step):
    return f"step-{step}.ckpt"


def new_folder():
    return tempfile.mkdtemp()


def touch(folder, name):
    """Put a file there that is no checkpoint."""
    with open(os.path.join(folder, name), "w") as file:
        file.write("not a checkpoint")


def damage(path, how):
    """What discs and power cuts do: "cut" keeps the first half of a file, "alter" changes one byte in it."""
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        if how == "cut":
            file.truncate(size // 2)
            return
        file.seek(size // 2)
        byte = file.read(1)[0]
        file.seek(size // 2)
        file.write(bytes([byte ^ 1]))


def capture(training):
    return {
        "w": training.w.copy(),
        "v": training.v.copy(),
        "step": training.step,
        "order": training.order.copy(),
        "position": training.position,
        "rng": training.rng.bit_generator.state,
    }


def restore(training, state):
    training.w = state["w"].copy()
    training.v = state["v"].copy()
    training.step = state["step"]
    training.order = state["order"].copy()
    training.position = state["position"]
    training.rng.bit_generator.state = state["rng"]


def save(state, path):
    plain = {
        name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in state.items()
    }
    text = json.dumps(plain)
    digest = hashlib.sha256(text.encode()).hexdigest()
    partial = path + ".partial"
    with open(partial, "w") as file:
        file.write(digest + "\n" + text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def load(path):
    with open(path) as file:
        digest, _, text = file.read().partition("\n")
    if hashlib.sha256(text.encode()).hexdigest() != digest:
        raise ValueError(f"{path} is damaged")
    state = json.loads(text)
    for name in ("w", "v", "order"):
        state[name] = np.array(state[name])
    return state


def steps_in(folder):
    found = [re.fullmatch(r"step-(\d+)\.ckpt", name) for name in os.listdir(folder)]
    return sorted(int(match.group(1)) for match in found if match)


def latest(folder):
    for step in reversed(steps_in(folder)):
        path = os.path.join(folder, file_name(step))
        try:
            load(path)
        except ValueError:
            continue
        return path
    return None


def prune(folder, keep):
    for step in steps_in(folder)[:-keep]:
        os.remove(os.path.join(folder, file_name(step)))


def run_to(training, steps, every, folder):
    path = latest(folder)
    if path is not None:
        restore(training, load(path))
    steps += training.step
    while training.step < steps:
        training.run(min(every - training.step % every, steps - training.step))
        save(capture(training), os.path.join(folder, file_name(training.step)))
