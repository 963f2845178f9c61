"""From a light command module to the heavy one that does the deed, with Django made ready in between."""

import argparse
from importlib import import_module


def setup() -> None:
    """Make Django ready: settings read, models loaded."""
    import_module("django").setup()


def call(module: str, function: str, args: argparse.Namespace) -> int:
    """Run `tremplin.cli.deeds.<module>.<function>(args)`."""
    setup()
    return int(getattr(import_module(f"tremplin.cli.deeds.{module}"), function)(args))
