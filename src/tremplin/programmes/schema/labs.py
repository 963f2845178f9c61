"""The labs that a programme may name. Their folders are listed, not read: reading them needs NumPy."""

from functools import cache
from importlib.resources import files


@cache
def lab_codes() -> frozenset[str]:
    """The codes of all labs of the curriculum."""
    folder = files("tremplin.curriculum").joinpath("labs")
    return frozenset(entry.name for entry in folder.iterdir() if entry.joinpath("lab.toml").is_file())
