"""Which layers of the sandbox hold on this machine, and what to do about those that do not."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field

from tremplin.grader import seccomp
from tremplin.grader.bwrap import BwrapSandbox, privileged
from tremplin.grader.default import DefaultSandbox
from tremplin.grader.limits import Limits
from tremplin.grader.mounts import installed
from tremplin.grader.sandbox import BoxSpec, Unavailable
from tremplin.grader.text import Text, both, fill

_OLDEST = (0, 8)


@dataclass(frozen=True)
class Finding:
    layer: str
    ok: bool
    detail: Text
    remedy: Text = field(default_factory=dict)
    """What the person who runs the machine can do; empty when nothing needs doing."""


_REMEDIES: tuple[tuple[str, Text], ...] = (
    (
        r"uid map|Permission denied|Operation not permitted|No permissions",
        both(
            "Allow this account to make user namespaces. On Ubuntu 23.10 or later, install an AppArmor "
            "profile for bwrap (package apparmor-profiles) or set kernel.apparmor_restrict_unprivileged_userns=0; on "
            "other systems set user.max_user_namespaces above 0. In a container, allow unshare and mount.",
            "Permettez à ce compte de créer des espaces de noms utilisateur. Sous Ubuntu 23.10 ou plus "
            "récent, installez un profil AppArmor pour bwrap (paquet apparmor-profiles) ou réglez "
            "kernel.apparmor_restrict_unprivileged_userns=0 ; ailleurs, réglez user.max_user_namespaces "
            "au-dessus de 0. Dans un conteneur, autorisez unshare et mount.",
        ),
    ),
    (
        r"is not installed|PackageNotFound|LibraryMissing",
        both(
            "Install the library in the environment that runs the grader.",
            "Installez la bibliothèque dans l’environnement qui exécute le correcteur.",
        ),
    ),
    (
        r"",
        both(
            "Read the detail: bubblewrap says what it could not do.",
            "Lisez le détail : bubblewrap dit ce qu’il n’a pas pu faire.",
        ),
    ),
)


def doctor() -> list[Finding]:
    """Look, then open one real box and report what held. Grading refuses while one is not `ok`."""
    program = _bubblewrap()
    findings = [program, _filter()]
    if not program.ok:
        return findings
    sandbox = DefaultSandbox()
    try:
        sandbox.open(BoxSpec(Limits()), 30).close()  # the first one starts the zygote
        started = time.monotonic()
        box = sandbox.open(BoxSpec(Limits()), 30)
    except Unavailable as problem:
        return [*findings, _refused(problem.detail)]
    milliseconds = int(1000 * (time.monotonic() - started))
    box.close()
    held = [*map(_held, box.layers), _memory(sandbox.fresh)]
    sandbox.warm.close()
    return [*findings, _opened(milliseconds), _warm(sandbox.why_not_warm), _user(), *held, _torch()]


def _bubblewrap() -> Finding:
    path = shutil.which("bwrap")
    remedy = both(
        "Install bubblewrap 0.8 or later (Debian 12, Ubuntu 24.04: apt install bubblewrap).",
        "Installez bubblewrap 0.8 ou plus récent (Debian 12, Ubuntu 24.04 : apt install bubblewrap).",
    )
    if path is None:
        return Finding(
            "bubblewrap", False, both("bwrap is not installed.", "bwrap n’est pas installé."), remedy
        )
    command = [path, "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout  # noqa: S603
    numbers = re.search(r"(\d+)\.(\d+)", said)
    version = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    detail = both(said.strip() or path, said.strip() or path)
    return Finding("bubblewrap", version >= _OLDEST, detail, {} if version >= _OLDEST else remedy)


def _filter() -> Finding:
    machine = platform.machine()
    known = machine in seccomp.ARCHITECTURES
    detail = fill(
        both("{count} system calls refused on {machine}.", "{count} appels système refusés sur {machine}."),
        count=len(seccomp.denied_names()) if known else 0,
        machine=machine,
    )
    remedy = both("Run the grader on x86-64 or aarch64.", "Exécutez le correcteur sur x86-64 ou aarch64.")
    return Finding("system calls", known, detail, {} if known else remedy)


def _refused(detail: str) -> Finding:
    remedy = next(text for pattern, text in _REMEDIES if re.search(pattern, detail))
    return Finding("box", False, both(detail, detail), remedy)


def _opened(milliseconds: int) -> Finding:
    detail = both(
        "A box with NumPy opened in {ms} ms, and reported itself closed.",
        "Une boîte avec NumPy s’est ouverte en {ms} ms et s’est déclarée fermée.",
    )
    return Finding("box", True, fill(detail, ms=milliseconds))


def _warm(why_not: str) -> Finding:
    if not why_not:
        detail = both(
            "Boxes are forked from an interpreter that has loaded the libraries already.",
            "Les boîtes sont dérivées d’un interpréteur qui a déjà chargé les bibliothèques.",
        )
        return Finding("warm boxes", True, detail)
    detail = both(
        "Each box starts an interpreter of its own, which takes longer, seconds where it loads torch: {why}",
        "Chaque boîte démarre son propre interpréteur, ce qui prend plus de temps, des secondes s’il charge torch : "
        "{why}",
    )
    remedy = both(
        "Nothing is less safe. For quick gradings, let bubblewrap's processes make namespaces in turn: run the "
        "grader as root in a container of its own, or allow it in the AppArmor profile of bwrap.",
        "La sécurité est la même. Pour des corrections rapides, laissez les processus de bubblewrap créer à leur tour "
        "des espaces de noms : exécutez le correcteur en root dans un conteneur à lui, ou permettez-le dans le profil "
        "AppArmor de bwrap.",
    )
    return Finding("warm boxes", True, fill(detail, why=why_not.splitlines()[-1][:300]), remedy)


def _torch() -> Finding:
    if installed("torch"):
        detail = both(
            "Installed: labs of deep learning can be graded.",
            "Installé : les TP d’apprentissage profond sont corrigés.",
        )
        return Finding("torch", True, detail)
    return Finding(
        "torch",
        True,
        both(
            "Not installed: labs that need it say so, and what is handed in for them is not graded.",
            "Pas installé : les TP qui en ont besoin le disent, et leurs remises ne sont pas corrigées.",
        ),
        both(
            "If the programme offers such labs, install tremplin[labs]; a build for the processor alone suffices.",
            "Si le programme propose de tels TP, installez tremplin[labs] ; une version pour processeur seul suffit.",
        ),
    )


def _user() -> Finding:
    if privileged():
        detail = both(
            "Each box runs as a user of its own, given up from root.",
            "Chaque boîte tourne sous un utilisateur qui lui est propre, après abandon de root.",
        )
    else:
        detail = both(
            "Each box runs in a user namespace of this account.",
            "Chaque boîte tourne dans un espace de noms utilisateur de ce compte.",
        )
    return Finding("user", True, detail)


def _held(layer: str) -> Finding:
    return Finding(layer, True, both("In force.", "En vigueur."))


def _memory(sandbox: BwrapSandbox) -> Finding:
    place = sandbox.memory_place
    if place is not None:
        detail = both(
            "A control group (version {v}) holds each box.",
            "Un groupe de contrôle (version {v}) tient chaque boîte.",
        )
        return Finding("memory of all processes", True, fill(detail, v=place.version))
    return Finding(
        "memory of all processes",
        True,
        both(
            "A watchdog measures each box thirty times a second and allows fewer processes.",
            "Un gardien mesure chaque boîte trente fois par seconde et permet moins de processus.",
        ),
        both(
            "For a hard limit, let the grader make memory control groups (systemd: Delegate=memory), or "
            "name a folder it may use in TREMPLIN_CGROUP.",
            "Pour une limite stricte, laissez le correcteur créer des groupes de contrôle de la mémoire "
            "(systemd : Delegate=memory), ou nommez un dossier utilisable dans TREMPLIN_CGROUP.",
        ),
    )
