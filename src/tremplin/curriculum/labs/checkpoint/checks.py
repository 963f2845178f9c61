"""The checks of this lab.

Exact comparisons are between trainings in the box; the twin here only tells which mistake was made, since two
processors may round the last bit differently.
"""

import numpy as np

from tremplin.grader.checking import CallFailed, array, expect, fail, number

VALUE_ERRORS = ("ValueError", "JSONDecodeError", "UnicodeDecodeError")


class Twin:
    """The training of the lab, for the expected numbers."""

    def __init__(self, x, y, seed):
        self.x, self.y = x, y
        self.rng = np.random.default_rng(seed)
        self.w, self.v = np.zeros(x.shape[1]), np.zeros(x.shape[1])
        self.order, self.position = self.rng.permutation(len(x)), 0

    def run(self, steps):
        for _ in range(steps):
            if self.position >= len(self.order):
                self.order, self.position = self.rng.permutation(len(self.x)), 0
            batch = self.order[self.position : self.position + 4]
            self.position += 4
            x = self.x[batch] * (self.rng.random((len(batch), len(self.w))) < 0.8)
            self.v = 0.9 * self.v + x.T @ (x @ self.w - self.y[batch]) / len(batch)
            self.w = self.w - 0.02 * self.v
        return self.w


def some_data(rng):
    n, d = int(rng.integers(17, 24)), int(rng.integers(3, 6))
    return rng.normal(size=(n, d)), rng.normal(size=n), int(rng.integers(1 << 30))


def resumed(box, x, y, seed, state, steps):
    """The weights of another training after it was set to `state` and ran on."""
    other = box.make("Training", x, y, seed)
    box.call("restore", other, state)
    other.call("run", steps)
    return array(other.get("w"), "training.w", shape=(x.shape[1],))


def uninterrupted(box, x, y, seed, steps):
    """The weights that an uninterrupted run reaches, in the same box."""
    training = box.make("Training", x, y, seed)
    training.call("run", steps)
    return array(training.get("w"), "training.w", shape=(x.shape[1],))


def forgetting(x, y, seed, first, then):
    """What comes out if one thing is forgotten, with the words for it."""
    for en, fr, what in (
        (
            "The velocity v was forgotten: the run goes on as if it had just begun to move.",
            "La vitesse v a été oubliée : l’entraînement repart comme s’il commençait à peine à avancer.",
            "v",
        ),
        (
            "The random numbers do not go on where they stopped: the state of rng was not kept. training.rng.bit_generator.state gives it, and takes it back.",
            "Les nombres aléatoires ne reprennent pas où ils s’étaient arrêtés : l’état de rng n’a pas été gardé. training.rng.bit_generator.state le donne, et le reprend.",
            "rng",
        ),
        (
            "The run begins a new epoch instead of going on in the middle of the old one: position was forgotten, and some examples are seen twice.",
            "L’entraînement commence une nouvelle époque au lieu de continuer au milieu de l’ancienne : position a été oubliée, et certains exemples sont vus deux fois.",
            "position",
        ),
        (
            "The order of the current epoch was forgotten: the run goes on through the examples in another order.",
            "L’ordre de l’époque en cours a été oublié : l’entraînement continue à travers les exemples dans un autre ordre.",
            "order",
        ),
    ):
        twin, new = Twin(x, y, seed), Twin(x, y, seed + 1)
        twin.run(first)
        setattr(twin, what, getattr(new, what))
        yield en, fr, twin.run(then)


def check_resume(box, rng):
    x, y, seed = some_data(rng)
    first, then = 7, 11
    training = box.make("Training", x, y, seed)
    training.call("run", first)
    got = resumed(box, x, y, seed + 1, box.make("capture", training), then)
    for en, fr, weights in forgetting(x, y, seed, first, then):
        expect(np.abs(got - weights).max() > 1e-9, en, fr)
    wanted = uninterrupted(box, x, y, seed, first + then)
    expect(
        np.array_equal(got, wanted),
        f"{first} steps, a checkpoint and {then} more steps should give exactly the weights of {first + then} steps in a row.",
        f"{first} pas, un point de reprise et {then} autres pas devraient donner exactement les poids de {first + then} pas d’affilée.",
        expected=wanted,
        actual=got,
    )


def check_capture_frozen(box, rng):
    x, y, seed = some_data(rng)
    training = box.make("Training", x, y, seed)
    training.call("run", 5)
    state = box.make("capture", training)
    training.call("run", 9)
    got = resumed(box, x, y, seed + 1, state, 6)
    wanted = uninterrupted(box, x, y, seed, 11)
    expect(
        np.array_equal(got, wanted),
        "The captured state changed when the training went on: it shares its arrays, and the training writes into them. Keep copies.",
        "L’état capturé a changé quand l’entraînement a continué : il partage ses tableaux, et l’entraînement écrit dedans. Gardez des copies.",
        expected=wanted,
        actual=got,
    )


def check_restore_frozen(box, rng):
    x, y, seed = some_data(rng)
    training = box.make("Training", x, y, seed)
    training.call("run", 5)
    state = box.make("capture", training)
    once, twice = (resumed(box, x, y, seed + 1, state, 8) for _ in range(2))
    expect(
        np.array_equal(once, twice),
        "Restoring a second time from the same state gave other weights: the first training wrote into the arrays of the state. Copy on restoring too.",
        "Restaurer une seconde fois depuis le même état a donné d’autres poids : le premier entraînement a écrit dans les tableaux de l’état. Copiez aussi en restaurant.",
        expected=once,
        actual=twice,
    )


def saved(box, rng, steps=5):
    """A checkpoint in a file: (path, data, seed)."""
    x, y, seed = some_data(rng)
    training = box.make("Training", x, y, seed)
    training.call("run", steps)
    path = f"{folder_of(box)}/step-{steps}.ckpt"
    box.call("save", box.make("capture", training), path)
    return path, (x, y, seed)


def folder_of(box):
    folder = box.call("new_folder")
    if not isinstance(folder, str):
        fail(
            "new_folder was changed; it is given.",
            "new_folder a été modifiée ; elle est donnée.",
            actual=folder,
        )
    return folder


def check_save_load(box, rng):
    path, (x, y, seed) = saved(box, rng)
    got = resumed(box, x, y, seed + 1, box.make("load", path), 12)
    wanted = uninterrupted(box, x, y, seed, 17)
    expect(
        np.array_equal(got, wanted) or np.abs(got - wanted).max() > 1e-4,
        "After saving and loading, the weights are nearly right, but not to the last bit. Write every digit: float32 or rounded text loses some.",
        "Après enregistrement et chargement, les poids sont presque justes, mais pas au dernier bit. Écrivez tous les chiffres : float32 ou un texte arrondi en perd.",
        expected=wanted,
        actual=got,
    )
    expect(
        np.array_equal(got, wanted),
        "A state that went through a file leads to other weights than one that did not.",
        "Un état passé par un fichier mène à d’autres poids qu’un état qui n’y est pas passé.",
        expected=wanted,
        actual=got,
    )


def check_damaged(box, rng):
    for how, en, fr in (
        ("cut", "cut in half", "coupé en deux"),
        *[("alter", "changed in one byte", "modifié d’un octet")] * 5,
    ):
        path, _ = saved(box, rng)
        box.call("damage", path, how)
        try:
            box.make("load", path)
        except CallFailed as error:
            kind = getattr(error, "kind", "")
            expect(
                kind in VALUE_ERRORS or not kind,
                f"A file {en} made load raise {kind}. Its caller waits for ValueError: catch what your format raises and say it so.",
                f"Un fichier {fr} a fait lever {kind} à load. L’appelant attend ValueError : attrapez ce que lève votre format et dites-le ainsi.",
                expected="ValueError",
                actual=kind,
            )
            if not kind:
                raise
            continue
        fail(
            f"load accepted a file {en}. Write a checksum of the content beside it (hashlib.sha256) and compare when loading.",
            f"load a accepté un fichier {fr}. Écrivez à côté du contenu son empreinte (hashlib.sha256) et comparez au chargement.",
            expected="ValueError",
        )


def check_full_disc(box, rng):
    path, _ = saved(box, rng)
    large = box.make("Training", rng.normal(size=(4, 150_000)), rng.normal(size=4), 1)
    large.call("run", 1)
    try:
        box.call("save", box.make("capture", large), path)
    except CallFailed as error:
        if not getattr(error, "kind", ""):
            raise
    try:
        state = box.make("load", path)
    except CallFailed as error:
        if not getattr(error, "kind", ""):
            raise
        fail(
            "The disc was full in the middle of a save, and now the old checkpoint is gone as well. Write to another file beside it; only when that is whole, put it in place with os.replace.",
            "Le disque s’est rempli au milieu d’un enregistrement, et l’ancien point de reprise est perdu lui aussi. Écrivez dans un autre fichier à côté ; une fois celui-ci complet, mettez-le en place avec os.replace.",
        )
    expect(
        number(state.call("get", "step"), 'state["step"]') == 5,
        "After a save that could not finish, load does not give the old checkpoint.",
        "Après un enregistrement qui n’a pas pu finir, load ne donne pas l’ancien point de reprise.",
        expected=5,
        actual=state.call("get", "step"),
    )


def filled(box, rng, steps):
    """A folder with checkpoints at these steps, and two files that are none."""
    x, y, seed = some_data(rng)
    folder = folder_of(box)
    training = box.make("Training", x, y, seed)
    done = 0
    for step in sorted(steps):
        training.call("run", step - done)
        done = step
        box.call("save", box.make("capture", training), f"{folder}/step-{step}.ckpt")
    box.call("touch", folder, "notes.txt")
    box.call("touch", folder, "step-500.ckpt.partial")
    return folder, (x, y, seed)


def check_steps_in(box, rng):
    steps = [int(rng.integers(2, 9)), int(rng.integers(10, 90)), int(rng.integers(100, 130))]
    folder, _ = filled(box, rng, steps)
    got = box.call("steps_in", folder)
    expect(
        got != sorted(steps, key=str) or steps == sorted(steps, key=str),
        "The steps are in the order of the alphabet, in which 10 comes before 9. Turn them into integers before you sort.",
        "Les pas sont dans l’ordre alphabétique, où 10 vient avant 9. Convertissez-les en entiers avant de trier.",
        expected=steps,
        actual=got,
    )
    expect(
        got == steps,
        "steps_in should list the steps of the checkpoints, and nothing else: a file that is only half written is not one yet.",
        "steps_in devrait lister les pas des points de reprise, et rien d’autre : un fichier à moitié écrit n’en est pas encore un.",
        expected=steps,
        actual=got,
    )
    empty = box.call("steps_in", folder_of(box))
    expect(
        empty == [],
        "An empty folder has no steps.",
        "Un dossier vide n’a aucun pas.",
        expected="[]",
        actual=empty,
    )


def check_latest(box, rng):
    folder, _ = filled(box, rng, (9, 10, 110))
    got = box.call("latest", folder)
    expect(
        got == f"{folder}/step-110.ckpt",
        "latest should return the path of the checkpoint with the most steps.",
        "latest devrait renvoyer le chemin du point de reprise qui a le plus de pas.",
        expected=f"{folder}/step-110.ckpt",
        actual=got,
    )
    box.call("damage", f"{folder}/step-110.ckpt", "cut")
    got = box.call("latest", folder)
    expect(
        got == f"{folder}/step-10.ckpt",
        "The newest checkpoint is damaged, and latest returned it all the same. Try to load it, and fall back on the one before.",
        "Le point de reprise le plus récent est endommagé, et latest l’a renvoyé quand même. Essayez de le charger, et repliez-vous sur le précédent.",
        expected=f"{folder}/step-10.ckpt",
        actual=got,
    )
    got = box.call("latest", folder_of(box))
    expect(
        got is None,
        "An empty folder has no latest checkpoint.",
        "Un dossier vide n’a pas de dernier point de reprise.",
        expected="None",
        actual=got,
    )


def check_prune(box, rng):
    folder, _ = filled(box, rng, (8, 9, 10, 11, 101))
    box.call("prune", folder, 2)
    got = sorted(listing(box, folder))
    expect(
        "notes.txt" in got,
        "prune deleted a file that is no checkpoint. Delete only what file_name names.",
        "prune a supprimé un fichier qui n’est pas un point de reprise. Ne supprimez que ce que file_name nomme.",
        actual=got,
    )
    steps = [name for name in got if name.endswith(".ckpt")]
    expect(
        steps == ["step-101.ckpt", "step-11.ckpt"],
        "prune(folder, 2) should leave the two checkpoints with the most steps.",
        "prune(folder, 2) devrait laisser les deux points de reprise qui ont le plus de pas.",
        expected="step-11.ckpt, step-101.ckpt",
        actual=steps,
    )


def listing(box, folder):
    """The names in the folder, which the check can only see through the learner's own steps_in and a given file."""
    names = [f"step-{step}.ckpt" for step in box.call("steps_in", folder)]
    try:
        box.call("damage", f"{folder}/notes.txt", "alter")
    except CallFailed as error:
        if getattr(error, "kind", "") != "FileNotFoundError":
            raise
        return names
    return [*names, "notes.txt"]


def check_run_to(box, rng):
    x, y, seed = some_data(rng)
    folder = folder_of(box)
    first = box.make("Training", x, y, seed)
    box.call("run_to", first, 17, 5, folder)
    steps = box.call("steps_in", folder)
    expect(
        steps == [5, 10, 15, 17],
        "After run_to(training, 17, 5, folder) there should be checkpoints at the multiples of 5 and at the end.",
        "Après run_to(training, 17, 5, folder), il devrait y avoir des points de reprise aux multiples de 5 et à la fin.",
        expected=[5, 10, 15, 17],
        actual=steps,
    )
    box.call("damage", f"{folder}/step-17.ckpt", "alter")
    second = box.make("Training", x, y, seed + 1)
    box.call("run_to", second, 31, 5, folder)
    done = number(second.get("step"), "training.step")
    expect(
        done == 31,
        "run_to(training, 31, …) should bring the run to 31 steps in all, those before the interruption included.",
        "run_to(training, 31, …) devrait mener l’entraînement à 31 pas en tout, ceux d’avant l’interruption compris.",
        expected=31,
        actual=done,
    )
    got = array(second.get("w"), "training.w", shape=(x.shape[1],))
    wanted = uninterrupted(box, x, y, seed, 31)
    expect(
        np.array_equal(got, wanted),
        "The interrupted run did not reach the weights of an uninterrupted one.",
        "L’entraînement interrompu n’a pas atteint les poids d’un entraînement ininterrompu.",
        expected=wanted,
        actual=got,
    )
