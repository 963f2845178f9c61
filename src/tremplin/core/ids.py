"""References that people can read out: ten characters of Crockford's base 32, about 50 random bits."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 10
_reproducible: ContextVar[random.Random | None] = ContextVar("reproducible", default=None)
_CONFUSED = str.maketrans("oil", "011")


def new_ref() -> str:
    """A new random reference, lower case, without letters that are taken for figures."""
    source = _reproducible.get()
    if source is not None:
        return "".join(source.choices(ALPHABET, k=LENGTH))
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


@contextmanager
def reproducible(seed: str) -> Iterator[None]:
    """Within this block references follow from `seed`: for invented people, whose secrets guard nothing."""
    token = _reproducible.set(random.Random(seed))  # noqa: S311 - see above
    try:
        yield
    finally:
        _reproducible.reset(token)


def normal_ref(typed: str) -> str:
    """What a person typed or read out, in the form that is stored: `O`→`0`, `I` and `L`→`1`, no spaces."""
    return "".join(typed.split()).replace("-", "").lower().translate(_CONFUSED)
