"""Mail addresses as people type them: what is wrong with one is named, down to the character."""

import re
import string
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from tremplin.core.text import SPACE

_BEFORE = frozenset(string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~.-")
_AFTER = frozenset(string.digits + ".-")
_MEANT = {",": ".", ";": ".", ":": ".", "\N{FULL STOP}": ".", "\N{RIGHT SINGLE QUOTATION MARK}": "'"}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def tidy_address(typed: str) -> str:
    """`typed` without what nobody can see and what copying brings along: blanks around, brackets, “mailto:”."""
    bare = _UNSEEN.sub("", typed).strip(" \t\n\r\u00a0\u202f")
    if bare.startswith("<") and bare.endswith(">"):
        bare = bare[1:-1].strip()
    return bare[7:] if bare.lower().startswith("mailto:") else bare


def require_address(address: str) -> None:
    """Raises ValidationError: code “character” where one thing can be named, else “invalid”."""
    said = _fault(unicodedata.normalize("NFC", address))
    if said:
        raise ValidationError(said, code="character")
    validate_email(address)


def _fault(address: str) -> str:
    """What stands in the address that must not, or lacks in it; empty when it cannot be told so exactly."""
    if SPACE.search(address):
        return _("There is a space in the address. Take it out, or keep one address alone.")
    if "@" not in address:
        return _("The @ is missing. An address looks like name@example.org.") if address else ""
    if address.count("@") > 1:
        return _("There is more than one @. Keep one address alone.")
    before, after = address.split("@")
    for mark in before if not before.startswith('"') else "":
        if mark not in _BEFORE:
            return _no_place(_("“%(mark)s” cannot stand before the @ of an address that we can reach."), mark)
    for mark in after:
        if not (mark in _AFTER or mark.isalpha() or unicodedata.combining(mark)):
            return _no_place(_("“%(mark)s” cannot stand after the @."), mark)
    return ""


def _no_place(sentence: str, mark: str) -> str:
    """The sentence about one character, with what was probably meant."""
    said = sentence % {"mark": mark}
    meant = _MEANT.get(mark) or unicodedata.normalize("NFKD", mark)[0]
    if meant == mark or meant not in _BEFORE:
        return said
    return _("%(fault)s Is it “%(meant)s”?") % {"fault": said, "meant": meant}


class AddressField(forms.EmailField):
    """One mail address. Its message for “invalid” is said where nothing more exact can be."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = [require_address, *(each for each in self.validators if each is not validate_email)]

    def to_python(self, value: object) -> str:
        return tidy_address(super().to_python(value) or "")
