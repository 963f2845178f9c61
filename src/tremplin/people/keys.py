"""Secrets that are mailed, and the hashes of them that are kept."""

import hashlib
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac


def new_link() -> str:
    """What stands at the end of a link: 256 random bits."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six figures, each as likely as any other."""
    return f"{secrets.randbelow(10**6):06d}"


def link_hash(link: str) -> str:
    """SHA-256 is enough here: nobody guesses 256 bits."""
    return hashlib.sha256(link.encode()).hexdigest()


def code_hash(code: str, ref: str) -> str:
    """A keyed hash: who reads the table alone cannot try all million codes."""
    return salted_hmac("tremplin.people.code", f"{ref}:{code}", algorithm="sha256").hexdigest()


def same_code(code: str, ref: str, kept: str) -> bool:
    return constant_time_compare(code_hash(code, ref), kept)
