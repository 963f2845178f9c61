"""The board: which applications there are, and which of them a filter finds."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from tremplin.applications.models import Application, ApplicationState, Label, Labelled, Snapshot
from tremplin.applications.queries.answered import with_answers, with_doors
from tremplin.applications.queries.one import WRITTEN
from tremplin.applications.rules.picked import veiled
from tremplin.core import clock
from tremplin.core.ids import normal_ref
from tremplin.core.text import fold, is_whole
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require

# A minus turns an order around. What was never sent stands last both ways.
SORTS: dict[str, tuple[Any, ...]] = {
    "new": ("-created_at", "-pk"),
    "-new": ("created_at", "pk"),
    "sent": (F("submitted_at").desc(nulls_last=True), "-pk"),
    "-sent": (F("submitted_at").asc(nulls_last=True), "pk"),
    "name": ("search", "pk"),
    "-name": ("-search", "-pk"),
    "progress": ("-progress", "-pk"),
    "-progress": ("progress", "pk"),
    "idle": ("saved_at", "pk"),
    "-idle": ("-saved_at", "-pk"),
    "state": ("state", "-created_at", "-pk"),
    "-state": ("-state", "-created_at", "-pk"),
}
# How far an application is, by the columns that every save brings up to date.
PROGRESS: dict[str, Q] = {
    "begun": Q(progress__lt=50),
    "half": Q(progress__gte=50),
    "one": Q(lacking=1),
    "whole": Q(lacking=0),
}
TIME: dict[str, Q] = {"more": Q(own_deadline__isnull=False), "none": Q(own_deadline__isnull=True)}
IDLE_DAYS = (1, 3, 7, 14)
MOST_CHOSEN = 500


@dataclass(frozen=True, slots=True)
class BoardFilters:
    """What an organiser looks for on the board. An empty value means all."""

    state: str = ""
    text: str = ""
    language: str = ""
    progress: str = ""
    idle: str = ""
    label: str = ""
    time: str = ""
    # Why it was excluded: a cause, of a condition also which: “condition:hours”.
    cause: str = ""
    # What was sent, and what opened the doors: “country:SN country:ML”, see `rules.picked`.
    answered: str = ""
    door: str = ""
    sort: str = "new"

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "BoardFilters":
        """The filters that were kept; a name that this release does not know is left out."""
        return cls(**{name: str(kept[name]) for name in cls.__slots__ if kept.get(name)})

    @property
    def given(self) -> dict[str, str]:
        """Those that narrow anything, as an address carries them."""
        return {name: value for name, value in asdict(self).items() if value and name != "sort"}

    def noted(self, cohort: Cohort) -> dict[str, str]:
        """The same as a log may keep it: without what was typed to find somebody, and without guarded attributes."""
        kept = self.given
        if "text" in kept:
            kept["text"] = "…"
        if "door" in kept:
            kept["door"] = veiled(kept["door"], cohort.plan.eligibility)
        return kept


@dataclass(frozen=True, slots=True)
class Choice:
    """Applications that something is done to: those with `refs`, or without any all that the filters find."""

    filters: BoardFilters = field(default_factory=BoardFilters)
    refs: tuple[str, ...] = ()


def board(
    cohort: Cohort, actor: User, filters: BoardFilters | None = None, *, now: datetime | None = None
) -> QuerySet[Application]:
    """The applications of a cohort as a list, without what people wrote. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    filters = filters or BoardFilters()
    rows = Application.objects.filter(cohort=cohort).select_related("applicant").defer(*WRITTEN)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.language:
        rows = rows.filter(language=filters.language)
    if filters.progress in PROGRESS:
        rows = rows.filter(PROGRESS[filters.progress])
    if is_whole(filters.idle, digits=4):
        untouched = (now or clock.now()) - timedelta(days=int(filters.idle))
        rows = rows.filter(saved_at__lt=untouched)
    if filters.time in TIME:
        rows = rows.filter(TIME[filters.time])
    if filters.label:
        rows = rows.filter(labelled__label__ref=filters.label)
    if filters.cause:
        rows = _excluded(rows, filters.cause)
    rows = with_doors(with_answers(rows, filters.answered), cohort, filters.door)
    for word in fold(filters.text).split()[:6]:
        rows = rows.filter(Q(search__contains=word) | Q(ref=normal_ref(word)))
    return rows.order_by(*SORTS.get(filters.sort, SORTS["new"]))


def _excluded(rows: QuerySet[Application], cause: str) -> QuerySet[Application]:
    """Those that are excluded for a cause. One that was withdrawn since may have an old reason still."""
    cause, _colon, condition = cause.partition(":")
    rows = rows.filter(state=ApplicationState.EXCLUDED, exclusion__cause=cause)
    return rows.filter(exclusion__condition=condition) if condition else rows


def chosen(cohort: Cohort, actor: User, choice: Choice, *, now: datetime) -> QuerySet[Application]:
    """What a deed would be done to. Raises NotAllowed for everybody but organisers."""
    require(actor, cohort, Role.ORGANISER)
    if choice.refs:
        return board(cohort, actor, now=now).filter(ref__in=choice.refs[:MOST_CHOSEN])
    return board(cohort, actor, choice.filters, now=now)


def labels(cohort: Cohort) -> QuerySet[Label]:
    """The labels in use, by name, each with `many`."""
    return Label.objects.filter(cohort=cohort).annotate(many=Count("labelled")).order_by("folded")


def labels_of(rows: Iterable[Application]) -> dict[int, list[str]]:
    """The labels of some applications, by the key of the application, in one query."""
    found: dict[int, list[str]] = {}
    held = Labelled.objects.filter(application__in=[row.pk for row in rows]).order_by("label__folded")
    for pk, name in held.values_list("application_id", "label__name"):
        found.setdefault(pk, []).append(name)
    return found


def pages_for_export(
    rows: QuerySet[Application], *, answers: bool
) -> Iterable[tuple[Application, Snapshot | None, list[str]]]:
    """The rows of the board one by one, each with what was sent, if that is wanted, and its labels; memory stays
    small. The keys are read once: what changes meanwhile moves no row to another page.
    """
    keys = list(rows.values_list("pk", flat=True))
    rows = rows.defer(None).defer(*(name for name in WRITTEN if name != "eligibility"))
    for start in range(0, len(keys), 250):
        found = rows.order_by().in_bulk(keys[start : start + 250])
        batch = [found[key] for key in keys[start : start + 250] if key in found]
        sent, named = _sent_of(batch) if answers else {}, labels_of(batch)
        for application in batch:
            yield application, sent.get(application.pk), named.get(application.pk, [])


def _sent_of(batch: list[Application]) -> dict[int, Snapshot]:
    readable = [row.pk for row in batch if row.state == ApplicationState.SUBMITTED]
    found = Snapshot.objects.filter(application__in=readable, number=F("application__sent"))
    return {snapshot.application_id: snapshot for snapshot in found.select_related("version")}
