"""Which applications were answered so: at the doors by everybody who began, in the form by those who sent."""

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, TextField, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.picked import FAILS, MEETS, grouped
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import EligibilityQuestion

# What organisers may read: see `readable_snapshot`. A draft stays its writer's, in lists as well.
_READABLE = Q(state=ApplicationState.SUBMITTED) | Q(
    state=ApplicationState.EXCLUDED, exclusion__before=ApplicationState.SUBMITTED
)


def with_answers(rows: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Those that were sent with any of the named answers to each of the named questions."""
    wanted = grouped(text)
    if wanted:
        rows = rows.filter(_READABLE)
    for code, answers in wanted.items():
        rows = rows.filter(picked__has_any_keys=[f"{code}:{answer}" for answer in answers])
    return rows


def with_doors(rows: QuerySet[Application], cohort: Cohort, text: str) -> QuerySet[Application]:
    """Those that passed the doors with any of the named answers to each of the named doors."""
    doors = {door.code: door for door in cohort.plan.eligibility}
    for place, (code, answers) in enumerate(grouped(text).items()):
        name = f"door_{place}"
        # Cast, so that it is compared as a text and not as JSON, which SQLite would have it parsed again.
        rows = rows.alias(**{name: Cast(KeyTextTransform(code, "eligibility"), TextField())})
        if code in doors and doors[code].kind == "number":
            rows = _by_number(rows, name, doors[code], answers)
        else:
            rows = rows.filter(**{f"{name}__in": answers})
    return rows


def _by_number(
    rows: QuerySet[Application], name: str, door: EligibilityQuestion, answers: list[str]
) -> QuerySet[Application]:
    """By whether the figure would open the door as it stands today."""
    # No database may cast what is no figure: the door may have been of another kind when it was answered.
    whole: Any = Case(
        When(**{f"{name}__regex": r"^[0-9]{1,9}$"}, then=Cast(name, IntegerField())),
        output_field=IntegerField(),
    )
    rows = rows.alias(**{f"{name}_figure": whole})
    meets = Q(**{f"{name}_figure__isnull": False})
    if door.at_least is not None:
        meets &= Q(**{f"{name}_figure__gte": door.at_least})
    if door.at_most is not None:
        meets &= Q(**{f"{name}_figure__lte": door.at_most})
    wanted = Q(pk__in=())
    if MEETS in answers:
        wanted |= meets
    if FAILS in answers:
        fails = Q(**{f"{name}_figure__isnull": False})
        below = Q(**{f"{name}_figure__lt": door.at_least}) if door.at_least is not None else Q(pk__in=())
        above = Q(**{f"{name}_figure__gt": door.at_most}) if door.at_most is not None else Q(pk__in=())
        wanted |= fails & (below | above)
    return rows.filter(wanted)
