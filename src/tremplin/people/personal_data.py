"""What each room of the house keeps about a person, for their export and for their erasure.

An app that keeps something has a module `personal_data` which registers it; all such modules are found when
the site starts. What an app has not registered is never shown and never erased by accident: it is counted,
named in the export, and stands in the way of erasure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from tremplin.core.errors import Message
from tremplin.people.models import User

# What these keep belongs to the account itself and goes with it.
OF_THE_ACCOUNT = frozenset({"people", "account", "mfa", "auth"})


@dataclass(frozen=True, slots=True)
class Keeping:
    """`export` gives what the person may see, ready for JSON; `reasons` says why it cannot go now."""

    app: str
    export: Callable[[User], Any]
    reasons: Callable[[User], Sequence[Message]]


_keepings: dict[str, Keeping] = {}


def register(keeping: Keeping) -> None:
    """Declare what an app keeps. The last declaration of an app counts."""
    _keepings[keeping.app] = keeping


def keepings() -> list[Keeping]:
    """What is declared, in a stable order."""
    return [_keepings[app] for app in sorted(_keepings)]


def declared(app: str) -> bool:
    return app in _keepings


def rows_naming(user: User) -> dict[str, int]:
    """How many rows of which model point at `user`, outside the account: “app.model” → count."""
    found: dict[str, int] = {}
    for relation in User._meta.related_objects:
        model = relation.related_model
        if not isinstance(model, type) or model._meta.app_label in OF_THE_ACCOUNT:
            continue
        count = model._base_manager.filter(**{relation.field.name: user}).count()
        if count:
            label = model._meta.label_lower
            found[label] = found.get(label, 0) + count
    return found


def room_name(app: str) -> str:
    """The name of an app as a person may read it."""
    return str(apps.get_app_config(app).verbose_name)
