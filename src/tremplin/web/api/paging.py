"""Long lists, a part at a time: each part says after which line the next begins, so that no line is told twice.

The mark is the reference of the last line, nothing else: no name or address of anybody stands in a URL.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple, TypeVar

from django.db.models import Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid

Row = TypeVar("Row")


class _Term(NamedTuple):
    """One term of an order. `nulls`: "first", "last", or "" for a column without any."""

    path: str
    down: bool
    nulls: str


def part_of(
    rows: QuerySet[Any], *, after: str, limit: int, among: QuerySet[Any] | None = None
) -> tuple[list[Any], str | None]:
    """At most `limit` of `rows` after the line `after`, and where the next part begins, None at the end.

    `among` is the whole list where `rows` are narrowed: a line that meanwhile left the filter still says where it
    stood. The keys are sorted alone, then the wide rows fetched. Two queries, three after the first part.
    """
    if after:
        rows = rows.filter(_beyond(rows, rows if among is None else among, after))
    keys = list(rows.values_list("pk", flat=True)[: limit + 1])
    found = rows.order_by().in_bulk(keys[:limit])
    lines = [found[key] for key in keys[:limit] if key in found]
    return lines, lines[-1].ref if len(keys) > limit and lines else None


def part_of_list(
    rows: Sequence[Row], ref: Callable[[Row], str], *, after: str, limit: int
) -> tuple[list[Row], str | None]:
    """The same for a list that is made whole."""
    start = 0
    if after:
        start = next((place + 1 for place, row in enumerate(rows) if ref(row) == after), -1)
        if start < 0:
            raise _lost()
    lines = list(rows[start : start + limit])
    return lines, ref(lines[-1]) if start + limit < len(rows) and lines else None


def _lost() -> Invalid:
    return Invalid({"after": [_("This line is no longer on the list: begin again without “after”.")]})


def _beyond(rows: QuerySet[Any], among: QuerySet[Any], after: str) -> Q:
    """What stands after the line `after` in the order of `rows`. Raises Invalid when that line is gone."""
    terms = [_term(given) for given in rows.query.order_by]
    last = among.filter(ref=after).values_list(*(term.path for term in terms)).first()
    if last is None:
        raise _lost()
    ways: list[Q] = []
    same = Q()
    for term, value in zip(terms, last, strict=True):
        later = _later(term, value)
        if later is not None:
            ways.append(same & later)
        same &= Q(**{f"{term.path}__isnull": True}) if value is None else Q(**{term.path: value})
    return reduce(or_, ways)


def _term(given: Any) -> _Term:
    if isinstance(given, OrderBy):
        path: str = getattr(given.expression, "name")  # noqa: B009 (an F: django-stubs leave its name out)
        nulls = "last" if given.nulls_last else "first" if given.nulls_first else ""
        return _Term(path, given.descending, nulls)
    return _Term(given.removeprefix("-"), given.startswith("-"), "")


def _later(term: _Term, value: Any) -> Q | None:
    """What comes after `value` in one column; None where nothing can."""
    empty = Q(**{f"{term.path}__isnull": True})
    if value is None:
        return ~empty if term.nulls == "first" else None
    further = Q(**{f"{term.path}__{'lt' if term.down else 'gt'}": value})
    return further | empty if term.nulls == "last" else further
