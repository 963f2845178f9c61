"""What a box can see: an interpreter, its standard library, the libraries a lab may import. Nothing else.

The site-packages directories are never shown whole: Tremplin itself is installed there, with the checks and
the solutions. Each allowed library is mounted by itself under `/box/site`.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from functools import cache
from importlib import metadata
from pathlib import Path

from tremplin.grader.limits import Limits

HERE = Path(__file__).parent
SITE = "/box/site"
# Places inside the box, made for it alone and gone with it.
SCRATCH = ("/tmp", "/dev/shm")  # noqa: S108  # nosec B108
_DEVICES = ("null", "zero", "full", "random", "urandom")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SYSTEM_LIBRARIES = ("/lib", "/lib64", "/lib32", "/libx32")


class LibraryMissing(Exception):
    """A lab wants a library that is not installed here."""


@cache
def interpreter() -> str:
    """The real interpreter behind a virtual environment: the environment itself is not shown to the box."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    return os.path.realpath(base)


def arguments(limits: Limits, libraries: tuple[str, ...]) -> list[str]:
    """Return the bubblewrap arguments that build the file system of the box."""
    parts = [*_system(), *_python(), *_libraries(libraries), *_grader(), *_scratch(limits)]
    return [*_parents(parts), *parts]


def visible(parts: list[str]) -> frozenset[str]:
    """The names that `/` of a box made with these arguments may hold: the first part of every place."""
    return frozenset(part.split("/")[1] for part in parts if part.startswith("/") and len(part) > 1)


_PLACED_BY = {"--ro-bind": 2, "--dev-bind": 2, "--symlink": 2, "--tmpfs": 1}


def _parents(parts: list[str]) -> list[str]:
    """Make the folders above every place first: bubblewrap would make them closed to all but root."""
    folders: dict[str, None] = {}
    for position, part in enumerate(parts):
        if part in _PLACED_BY:
            place = Path(parts[position + _PLACED_BY[part]])
            folders |= dict.fromkeys(str(parent) for parent in reversed(place.parents) if parent != Path("/"))
    links = [name for name in folders if os.path.islink(name)]
    return [word for name in folders if name not in links for word in ("--dir", name)]


def _system() -> list[str]:
    result = []
    for name in (*_SYSTEM_LIBRARIES, "/usr/lib", "/usr/lib64", "/usr/lib32"):
        if os.path.islink(name):
            result += ["--symlink", os.readlink(name), name]
    for name in _shared_libraries():
        result += ["--ro-bind", name, name]
    if os.path.exists("/etc/ld.so.cache"):
        result += ["--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for name in _DEVICES:
        result += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    return result


@cache
def _shared_libraries() -> tuple[str, ...]:
    """The folders of the C library and its kind; where they have one of their own, nothing beside it."""
    multiarch = str(sysconfig.get_config_var("MULTIARCH") or "none")
    found = []
    for name in (*_SYSTEM_LIBRARIES, "/usr/lib", "/usr/lib64", "/usr/lib32"):
        if os.path.isdir(name) and not os.path.islink(name):
            own = os.path.join(name, multiarch)
            found.append(own if os.path.isdir(own) else name)
    return tuple(found)


@cache
def _python() -> tuple[str, ...]:
    """The interpreter at the place it was built for, its library folder, and a lid on each site-packages."""
    library = os.path.realpath(os.path.join(sys.base_prefix, "lib"))
    shown = list(_shared_libraries())
    result: list[str] = []
    if not library.startswith(("/usr/lib", "/lib")):
        result += ["--ro-bind", library, os.path.join(sys.base_prefix, "lib")]
        shown.append(library)
    result += ["--ro-bind", interpreter(), interpreter()]
    standard = sysconfig.get_paths(vars={"base": sys.base_prefix, "platbase": sys.base_exec_prefix})
    for folder in (standard["stdlib"], standard["platstdlib"]):
        if not any(_inside(folder, place) for place in shown):
            result += ["--ro-bind", folder, folder]
            shown.append(folder)
    for folder in sorted(_lids(shown)):
        result += ["--size", "4096", "--tmpfs", folder, "--remount-ro", folder]
    return tuple(result)


def _lids(shown: list[str]) -> set[str]:
    """Every folder of installed packages that the box would otherwise see."""
    lids = set()
    for place in shown:
        for pattern in (
            "python3*/site-packages", "python3*/dist-packages", "python3/dist-packages", "tremplin",
        ):  # fmt: skip
            lids |= {str(path) for path in Path(place).glob(pattern) if path.is_dir()}
    package = os.path.realpath(HERE.parent)
    if any(_inside(package, os.path.realpath(place)) for place in shown):
        lids.add(package)
    resolved = {os.path.realpath(lid) for lid in lids}
    return {lid for lid in resolved if not any(lid != other and _inside(lid, other) for other in resolved)}


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _libraries(names: tuple[str, ...]) -> list[str]:
    result: list[str] = []
    for name in with_their_needs(names):
        for source in library_folders(name):
            result += ["--ro-bind", source, f"{SITE}/{os.path.basename(source)}"]
    return result


@cache
def with_their_needs(names: tuple[str, ...]) -> tuple[str, ...]:
    """NumPy, which the protocol needs, the libraries of a lab, and what these import in turn."""
    found = dict.fromkeys(("numpy", *names))
    waiting = list(found)
    while waiting:
        for need in _needs(waiting.pop()):
            if need not in found:
                found[need] = None
                waiting.append(need)
    return tuple(found)


def _needs(distribution: str) -> list[str]:
    """What an installed distribution asks for, as far as it is here: builds leave out what they do without."""
    try:
        asked = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        raise LibraryMissing(f"the library {distribution!r} is not installed") from None
    names = [_NAME.match(line) for line in asked if "extra ==" not in line]
    return [name[0].lower() for name in names if name and installed(name[0])]


@cache
def installed(distribution: str) -> bool:
    try:
        metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


@cache
def library_folders(distribution: str) -> tuple[str, ...]:
    """The top-level entries that one installed distribution brought, as absolute paths."""
    try:
        found = metadata.distribution(distribution)
    except metadata.PackageNotFoundError:
        raise LibraryMissing(f"the library {distribution!r} is not installed") from None
    tops = {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}
    if not tops:
        raise LibraryMissing(f"the library {distribution!r} does not say which files are its own")
    return tuple(sorted(str(found.locate_file(top)) for top in tops))


def _grader() -> list[str]:
    result = []
    for name in ("inmate.py", "kernel.py", "protocol.py", "zygote.py"):
        result += ["--ro-bind", str(HERE / name), f"/box/{name}"]
    return result


def _scratch(limits: Limits) -> list[str]:
    size = str(limits.tmp_mb << 20)
    folders = [word for place in SCRATCH for word in ("--perms", "1777", "--size", size, "--tmpfs", place)]
    return [*folders, "--remount-ro", "/", "--chdir", SCRATCH[0]]
