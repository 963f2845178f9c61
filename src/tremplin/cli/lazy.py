"""From a light command module to the heavy one that does the deed, with Django made ready in between."""

import argparse
import gc
from importlib import import_module


def setup() -> None:
    """Make Django ready: settings read, models loaded.

    A thousand modules come to stay. Looking for rubbish among them takes a tenth of the time, now and ever after.
    """
    if import_module("django.apps").apps.ready:
        return
    gc.disable()
    try:
        import_module("django").setup()
    finally:
        gc.freeze()
        gc.enable()


def call(module: str, function: str, args: argparse.Namespace) -> int:
    """Run `tremplin.cli.deeds.<module>.<function>(args)`."""
    setup()
    return int(getattr(import_module(f"tremplin.cli.deeds.{module}"), function)(args))
