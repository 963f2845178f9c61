"""What a programme file still has from the template it began with, where each programme has its own."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from tremplin import programme_templates
from tremplin.programmes.schema.faults import Faults, Path

_NOBODYS = (".example.org", ".example.com", ".example.net")


def leftovers(data: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """Where each thing stands that is to be changed before anybody applies, and why."""
    found = Faults()
    programme = _table(data, "programme")
    contact = str(programme.get("contact", ""))
    if f".{contact.lower().rpartition('@')[2]}".endswith(_NOBODYS):
        message = _("nobody reads mail to %(address)s: write the address of your programme")
        found.at("programme", "contact", message=message % {"address": contact})
    for name in programme_templates.names():
        _of_template(name, data, found)
    return found.found


def _of_template(name: str, data: Mapping[str, Any], found: Faults) -> None:
    theirs, ours = _template(name), _table(data, "programme")
    words = {
        "code": _(
            "this is still the template’s (%(template)s): write the word that addresses of your programme show"
        ),
        "name": _("this is still the template’s (%(template)s): write what your programme is called"),
        "source": _(
            "this still tells where the template (%(template)s) comes from: say where your programme does, or take "
            "it out"
        ),
    }
    for key, message in words.items():
        if _same(ours.get(key), theirs["programme"].get(key)):
            found.at("programme", key, message=message % {"template": name})
    if _same(_amounts(data), _amounts(theirs)):
        message = _("these amounts are still the template’s (%(template)s): write what your programme pays")
        found.at("stipend", "instalments", message=message % {"template": name})


@cache
def _template(name: str) -> dict[str, Any]:
    return tomllib.loads(programme_templates.text(name))


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = data.get(key)
    return table if isinstance(table, dict) else {}


def _amounts(data: Mapping[str, Any]) -> tuple[Any, ...]:
    """What is paid when: two programmes may well pay the same sums, but hardly with the same codes on the same days."""
    stipend = _table(data, "stipend")
    parts = tuple(
        (part.get("code"), part.get("due"), part.get("amount")) for part in stipend.get("instalments", ())
    )
    return (stipend.get("currency"), *parts) if parts else ()


def _same(ours: Any, theirs: Any) -> bool:
    """Whether both are there and alike; of a text, one language that was left as it was is enough."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return any(ours.get(language) == text for language, text in theirs.items())
    return bool(ours) and ours == theirs
