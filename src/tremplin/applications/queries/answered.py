"""Which applications were answered so: at the doors by everybody who began, in the form by those who sent."""

from django.db.models import IntegerField, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Length, Substr

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.picked import FAILS, MEETS, grouped, weekly
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
        if code not in doors:  # programs may name what they like: not everything can be looked up in JSON
            return rows.none()
        if doors[code].kind == "commitments":
            rows = _by_free_hours(rows, name, doors[code], answers)
            continue
        # Cast, so that it is compared as a text and not as JSON, which SQLite would have it parsed again.
        rows = rows.alias(**{name: Cast(KeyTextTransform(code, "eligibility"), TextField())})
        if doors[code].kind == "number":
            rows = _by_number(rows, name, doors[code], answers)
        else:
            rows = rows.filter(**{f"{name}__in": answers})
    return rows


def _by_free_hours(
    rows: QuerySet[Application], name: str, door: EligibilityQuestion, answers: list[str]
) -> QuerySet[Application]:
    """By the hours a week that commitments leave free, which are computed beforehand: see `services.freeing`."""
    rows = rows.alias(**{name: Cast(KeyTextTransform(door.code, "freed"), IntegerField())})
    needed, wanted = door.at_least or 0, Q(pk__in=())
    for answer in answers:
        if answer == FAILS:
            wanted |= Q(**{f"{name}__lt": needed})
        elif (least := needed if answer == MEETS else weekly(answer)) is not None:
            wanted |= Q(**{f"{name}__gte": least})
    return rows.filter(wanted)


def _by_number(
    rows: QuerySet[Application], name: str, door: EligibilityQuestion, answers: list[str]
) -> QuerySet[Application]:
    """By whether the figure would open the door as it stands today.

    Figures stand as text without a leading zero, so of two of one length the greater is the later one. No database
    has to cast what may be no figure at all: the door may have been of another kind when it was answered, and then
    the answer begins with a letter.
    """
    long, first = f"{name}_long", f"{name}_first"
    rows = rows.alias(**{long: Length(name), first: Substr(name, 1, 1)})
    figure = Q(**{f"{first}__in": list("0123456789")})
    below = _less(name, long, door.at_least) if door.at_least is not None else Q(pk__in=())
    upto = _less(name, long, door.at_most + 1) if door.at_most is not None else ~Q(pk__in=())
    wanted = Q(pk__in=())
    if MEETS in answers:
        wanted |= figure & ~below & upto
    if FAILS in answers:
        wanted |= figure & (below | ~upto)
    return rows.filter(wanted)


def _less(name: str, long: str, limit: int) -> Q:
    """Whether the figure is less than `limit`."""
    if limit <= 0:
        return Q(pk__in=())
    text = str(limit)
    return Q(**{f"{long}__lt": len(text)}) | Q(**{long: len(text), f"{name}__lt": text})
