# %% [markdown]
# # Stop, resume, and get the same numbers
#
# A run that takes three days is interrupted on the second. Here you write what saves it: a
# checkpoint that forgets nothing, survives a full disc, knows when it is damaged, and leads to
# exactly the numbers that the run would have reached without the interruption.
#
# "Exactly" means to the last bit. Anything less and you can never again tell a bug from luck.

# %%
import hashlib
import json
import os
import tempfile

import numpy as np


# %% Given: a training, and what happens to files
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


# %% task: capture
def capture(training):
    """Return a dict with all that `restore` needs to go on as if nothing had happened.

    Keys: "w", "v", "step", "order", "position", "rng". What it holds must not change when the
    training goes on.
    """
    raise NotImplementedError


# %% task: restore
def restore(training, state):
    """Set the training back to the captured state. The state itself must stay as it is, for another use."""
    raise NotImplementedError


# %% task: save
def save(state, path):
    """Write a captured state to a file, exactly, to the last bit.

    If writing fails half-way (a full disc, a power cut), what was at `path` before must still be
    there, whole. Do not use pickle: whoever loads a pickle runs what it says.
    """
    raise NotImplementedError


# %% task: load
def load(path):
    """Return the state that `save` wrote. Raise ValueError if the file was cut short or altered, even by one byte."""
    raise NotImplementedError


# %% task: steps_in
def steps_in(folder):
    """Return the steps of the checkpoints in the folder as a list of integers, smallest first.

    Checkpoints are the files that file_name names; there may be others.
    """
    raise NotImplementedError


# %% task: latest
def latest(folder):
    """Return the path of the newest checkpoint that can be loaded, or None if there is none."""
    raise NotImplementedError


# %% task: prune
def prune(folder, keep):
    """Delete all checkpoints of the folder but the newest `keep` (at least 1). Touch no other file."""
    raise NotImplementedError


# %% task: run_to
def run_to(training, steps, every, folder):
    """Bring the training to `steps` steps in all, going on from the latest checkpoint of the folder if there is one.

    Save a checkpoint whenever the number of steps is a multiple of `every`, and at the end.
    """
    raise NotImplementedError


# %% Try it
if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(30, 5)), rng.normal(size=30)
    whole, first, second = Training(x, y, seed=1), Training(x, y, seed=1), Training(x, y, seed=99)
    whole.run(50)
    folder = new_folder()
    run_to(first, 23, 10, folder)
    run_to(second, 50, 10, folder)
    print("uninterrupted", whole.w)
    print("resumed      ", second.w)
    print("the same, to the last bit:", np.array_equal(whole.w, second.w))
