"""Whom a line of the log is about: each stage declares how one comes from its things to a person, in a module `named`.

The log keeps references alone, because it outlives erasure. Names are looked up when somebody reads it, so whoever
was erased has none, and a reader sees those that their role may see.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db.models import F, Model, QuerySet
from django.utils.module_loading import autodiscover_modules

from tremplin.people.models import Consent, User
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import GIVEN_BY_HAND

Staff = QuerySet[Membership, Any]
"""The keys of some people, asked for where they are needed."""
_people: dict[type[Model], str] = {Consent: "user"}


def named(model: type[Model], person: str) -> None:
    """Things of `model` are about the person at the end of the path `person`."""
    _people[model] = person


@cache
def _discover() -> None:
    autodiscover_modules("named")


def people_behind(refs: Iterable[str], *, only: Staff | None = None) -> dict[str, str]:
    """Reference → name of the person whom the thing is about, in one query however many kinds there are.

    `only`: those people alone.
    """
    wanted = {ref for ref in refs if ref}
    if not wanted:
        return {}
    _discover()
    parts: list[QuerySet[Any, Any]] = [_of(User, "", wanted, only)]
    parts.extend(_of(model, f"{path}__", wanted, only) for model, path in _people.items())
    rows = parts[0].union(*parts[1:], all=True)
    return {ref: name or email for ref, name, email in rows}


def _of(model: type[Model], path: str, refs: set[str], only: Staff | None) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = model._default_manager.filter(ref__in=refs).order_by()
    if only is not None:
        rows = rows.filter(**{f"{path}pk__in": only})
    named_rows: QuerySet[Any, Any] = rows.annotate(said=F(f"{path}name"), address=F(f"{path}email"))
    return named_rows.values_list("ref", "said", "address")


def staff_of(cohort_pk: int) -> Staff:
    """Those whom organisers gave a role in a cohort: whoever else took part is a number to an observer."""
    held = Membership.objects.filter(cohort=cohort_pk, role__in=[role.value for role in GIVEN_BY_HAND])
    return held.order_by().values("user")
