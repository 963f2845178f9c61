"""References that people can read out: ten characters of Crockford's base 32, about 50 random bits."""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 10
_CONFUSED = str.maketrans("oil", "011")


def new_ref() -> str:
    """A new random reference, lower case, without letters that are taken for figures."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normal_ref(typed: str) -> str:
    """What a person typed or read out, in the form that is stored: `O`→`0`, `I` and `L`→`1`, no spaces."""
    return "".join(typed.split()).replace("-", "").lower().translate(_CONFUSED)
