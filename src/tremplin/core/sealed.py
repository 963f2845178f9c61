"""Text that the database must not be able to read: bank details, accommodations, linked equality data.

AES-256-GCM with the row and field as associated data, so that a sealed value cannot be moved to another
row. Keys live outside the database, in the data folder; the first line seals, every line opens.
"""

import base64
import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tremplin.core.errors import UserError
from tremplin.core.keyfile import made_once

_NONCE, _KEY = 12, 32


class SealBroken(UserError):
    """A sealed value cannot be opened with the keys of this installation."""

    status = 500


def seal(text: str, *, context: str) -> bytes:
    """`text`, unreadable without the keys; `context` ("table/ref/field") must be given again to open it."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(keys()[0]).encrypt(nonce, text.encode(), context.encode())


def unseal(value: bytes, *, context: str) -> str:
    """The text under a seal. Raises SealBroken when no key opens it or it was sealed for another place."""
    sealed = bytes(value)
    for key in keys():
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode()).decode()
        except InvalidTag:
            continue
    raise SealBroken(
        "A sealed value cannot be opened.",
        f"Put the file {key_file()} back as it was when the value was sealed (backups hold it).",
    )


def key_file() -> Path:
    return Path(settings.SEAL_KEYS)


@cache
def keys() -> tuple[bytes, ...]:
    """The keys of this installation, newest first; the first is made when there is none."""
    lines = made_once(key_file(), new_key).split()
    try:
        found = tuple(base64.urlsafe_b64decode(line) for line in lines)
    except ValueError:
        found = ()
    if not found or any(len(key) != _KEY for key in found):
        raise SealBroken(
            f"The key file {key_file()} holds something that is no key.",
            "Put it back from a backup: without it nothing that is sealed can be opened.",
        )
    return found


def new_key() -> str:
    """A line with a fresh key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() + "\n"
