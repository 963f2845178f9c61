"""The randomness of a draw: a secret that is sealed beforehand, public numbers, or both."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.words import listed, quoted
from tremplin.cli.sheets.writing import Outputs, as_json
from tremplin.methods.lottery import Promise, Reveal, Source, new_secret, seal

_FORMAT = "tremplin-secret/1"
_KIND = "text"


def make(path: Path, public: Sequence[str], *, dry: bool) -> int:
    """Make a secret and write it, with what is promised, to a file of its own; print what is published of it."""
    outputs = Outputs(path.stem, path.parent)
    if path.exists():
        raise Wrong(f"{path} is there already.", "A seal is made once. Choose another name, or use this one.")
    outputs.require_free([])
    valued = [word for word in public if "=" in word]
    if valued:
        raise Wrong(
            f"--public {quoted(valued[0])} has a value already, so it is no promise.",
            "With --seal name a number that nobody can know yet: what it is and of which day.",
            status=2,
        )
    names = [_tidy(word) for word in public]
    if dry:
        print(f"Dry run: nothing was written. It would be a secret, in {path}.")
        return 0
    secret = new_secret()
    promise = seal(secret, [Source(_KIND, name) for name in names])
    content = {"format": _FORMAT, "secret": secret, "public": names, "seal": promise.commitment}
    outputs.write_one(path, as_json(content))
    print(f"A secret is in {path}. Show it to nobody before the draw, keep a copy, and change nothing in it.")
    print("Publish this seal now, before the list of entries is known:")
    print(f"  {promise.commitment}")
    if names:
        print(f"Publish with it that the outcome will also depend on {listed(names)}.")
    print("The seal tells nothing of the secret, and lets anybody see later that it was not changed.")
    return 0


def rehearsed() -> tuple[Promise, Reveal]:
    """A seed for a look beforehand, which shows chances and no outcome."""
    return Promise(sources=(Source(_KIND, "none yet"),)), Reveal(values=("none yet",))


def revealed(args: argparse.Namespace) -> tuple[Promise, Reveal]:
    """What was promised and is now revealed. Raises Wrong where that is nothing that anybody could trust."""
    values = dict(_valued(word) for word in args.public)
    if args.secret is None:
        if not values:
            raise Wrong(
                "A draw needs randomness that nobody could choose to suit the outcome.",
                "Seal a secret before the list is known: tremplin draw --seal secret.json; then draw with --secret "
                'secret.json. Or use a public number: --public "EuroMillions of 29 January 2027=3 14 15 35 42".',
                status=2,
            )
        return Promise(sources=tuple(Source(_KIND, name) for name in values)), Reveal(
            values=tuple(values.values())
        )
    secret, names = _read(args.secret)
    if set(names) != set(values):
        missing = [name for name in names if name not in values]
        extra = [name for name in values if name not in names]
        what = f"{listed(missing)} was promised" if missing else f"{listed(extra)} was not promised"
        raise Wrong(
            f"The seal in {args.secret} was made otherwise: {what}.",
            f'Add --public "{missing[0]}=VALUE".'
            if missing
            else "Leave it out: only what was promised counts.",
        )
    return seal(secret, [Source(_KIND, name) for name in names]), Reveal(
        secret, tuple(values[name] for name in names)
    )


def _read(path: Path) -> tuple[str, list[str]]:
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["format"] == _FORMAT and content["secret"]:
            return str(content["secret"]), [str(name) for name in content["public"]]
    except FileNotFoundError:
        raise Wrong(f"There is no file {path}.", "Name the file that --seal wrote.") from None
    except (ValueError, TypeError, KeyError, IsADirectoryError):
        pass
    raise Wrong(f"{path} holds no secret.", "Name the file that --seal wrote, unchanged.")


def _valued(word: str) -> tuple[str, str]:
    name, _sign, value = (_tidy(part) for part in word.partition("="))
    if not name or not value:
        raise Wrong(
            f"--public {quoted(word)} says no value.",
            'Say what it is and what came: --public "EuroMillions of 29 January 2027=3 14 15 35 42".',
            status=2,
        )
    return name, value


def _tidy(text: str) -> str:
    return " ".join(text.split())
