"""The stages whose desks and navigation the shell shows, in the order of the journey."""

from importlib import import_module
from types import ModuleType

STAGES = (
    "programmes",
    "builder",
    "privacy",
    "applications",
    "accommodations",
    "equality",
    "review",
    "first_reads",
    "blinding",
    "selection",
    "selection_report",
    "commendations",
    "mentoring",
    "stipends",
    "training",
    "projects",
    "showcase",
    "impact",
    "rehearsal",
)


def desks() -> list[ModuleType]:
    """The `desk` module of each stage."""
    return [import_module(f"tremplin.{stage}.desk") for stage in STAGES]
