"""How many there are of things, asked together: a page that shows ten numbers asks the database once.

Stages declare in their `desk` modules what an organiser's desk counts; the first card that wants a number asks for
all of them, and the page remembers.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery

from tremplin.core.recall import recall
from tremplin.people.models import User
from tremplin.programmes.models import Cohort

Rows = Callable[[Cohort, User], QuerySet[Any]]
_of_desks: dict[str, Rows] = {}


def how_many(cohort: Cohort, rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many there are of each of `rows`, in one statement about `cohort`."""
    if not rows:
        return {}
    counts = [_counted(found) for found in rows.values()]
    said = Cohort.objects.filter(pk=cohort.pk).order_by().values_list(*counts).first()
    return dict(zip(rows, said or [0] * len(counts), strict=True))


def _counted(rows: QuerySet[Any]) -> Subquery:
    """`COUNT(*)` as a value: without its own grouping, which would leave out what there is none of."""
    many = Func(template="COUNT(*)", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(how_many=many).values("how_many"))


def register(code: str, rows: Rows) -> str:
    """Declare that organisers' desks count `rows` of a cohort, as one of its people sees them; the code."""
    _of_desks[code] = rows
    return code


def on_desk(code: str, cohort: Cohort, actor: User) -> int:
    """How many there are of what was declared as `code`. One query a page, whatever else is asked of it."""
    found = recall(
        ("tallies of a desk", cohort.pk, actor.pk),
        lambda: how_many(cohort, {name: rows(cohort, actor) for name, rows in _of_desks.items()}),
    )
    return found[code]
