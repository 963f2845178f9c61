"""What readers of the log see: the deeds they ask for, with names as far as their role may read them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tremplin.core.cells import MARK, safe_cell, written
from tremplin.core.errors import Message
from tremplin.core.models import AuditChain, AuditEvent
from tremplin.core.text import fold
from tremplin.people.models import User
from tremplin.programmes.apart import visible_deeds
from tremplin.programmes.deeds import deed
from tremplin.programmes.models import Cohort
from tremplin.programmes.naming import Staff, people_behind, staff_of
from tremplin.programmes.roles import Role

ROUTINE = ("programmes.role-granted", "programmes.role-revoked")
"""Deeds that are routine when nobody but the programme itself did them."""
_REFERENCE = re.compile(r"[0-9a-z]{10}")
_AT_ONCE = 200
COLUMNS = (
    "entry",
    "at",
    "who",
    "who_reference",
    "deed",
    "code",
    "about",
    "about_reference",
    "details",
    "digest",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines somebody wants to see. `deed`: a verb, or a stage whose verbs all count."""

    deed: str = ""
    who: str = ""
    about: str = ""
    begins: date | None = None
    ends: date | None = None
    without_routine: bool = False

    @property
    def given(self) -> dict[str, object]:
        """What the log may keep of it: never a name that was typed."""
        said: dict[str, object] = {
            "deed": self.deed,
            "from": self.begins,
            "to": self.ends,
            "without_routine": self.without_routine,
            "one_person": bool(self.who),
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: an organiser sees every name, an observer those alone whom organisers gave a role.

    `deeds`: those that tell them nothing of a selection from which they stand apart.
    """

    cohort: Cohort
    sees_everybody: bool
    staff: Staff | None
    deeds: Q

    @classmethod
    def of(cls, cohort: Cohort, roles: frozenset[Role], user: User) -> "Reader":
        everybody = Role.ORGANISER in roles
        staff = None if everybody else staff_of(cohort.pk)
        return cls(cohort, everybody, staff, visible_deeds(cohort, user))

    @property
    def whole(self) -> bool:
        """Whether no deed is kept from them: else numbers and digests would tell how many are."""
        return not self.deeds


@dataclass(frozen=True, slots=True)
class Line:
    """One deed with the names that its reader may see."""

    event: AuditEvent
    who: str
    deed: Message
    about: str
    details: list[tuple[str, str]]


def events(reader: Reader, asked: Asked) -> QuerySet[AuditEvent]:
    """What was done in a cohort, newest first: of one kind, by one person, about one thing, in some days."""
    found = AuditEvent.objects.filter(reader.deeds, scope=reader.cohort.scope)
    if asked.deed:
        kind = Q(verb=asked.deed) if "." in asked.deed else Q(verb__startswith=f"{asked.deed}.")
        found = found.filter(kind)
    if asked.who:
        found = found.filter(actor__in=_people(reader, asked.who).values("ref"))
    if asked.about:
        found = found.filter(subject_ref=asked.about.lower())
    zone = ZoneInfo(reader.cohort.plan.cohort.time_zone)
    if asked.begins:
        found = found.filter(at__gte=_midnight(asked.begins, zone))
    if asked.ends:
        found = found.filter(at__lt=_midnight(asked.ends + timedelta(days=1), zone))
    if asked.without_routine:
        found = found.exclude(actor="", verb__in=ROUTINE)
    return found.order_by("-position")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _people(reader: Reader, words: str) -> QuerySet[User]:
    """Those whose name has every word, or whose reference was typed; for an observer the staff alone."""
    people = User.objects.order_by()
    if reader.staff is not None:
        people = people.filter(pk__in=reader.staff)
    named = Q()
    for word in fold(words).split():
        named &= Q(name_folded__contains=word)
    return people.filter(named | Q(ref=words.strip().lower()))


def lines(reader: Reader, found: list[AuditEvent]) -> list[Line]:
    """Deeds with their names, in one query however many there are."""
    refs: set[str] = set()
    for event in found:
        refs |= {event.actor, event.subject_ref}
        refs |= {value for value in event.data.values() if _is_reference(value)}
    names = people_behind(refs, only=reader.staff)
    return [
        Line(
            event,
            _who(reader, event.actor, names),
            deed(event.verb),
            names.get(event.subject_ref, ""),
            [(key, _detail(key, value, names)) for key, value in event.data.items()],
        )
        for event in found
    ]


def _is_reference(value: object) -> bool:
    return isinstance(value, str) and bool(_REFERENCE.fullmatch(value))


def _who(reader: Reader, actor: str, names: dict[str, str]) -> str:
    """The person behind a deed; nobody is the clock, and a reference alone somebody who has left."""
    if not actor:
        return _("the programme itself")
    if actor in names or reader.sees_everybody:
        return names.get(actor, actor.upper())
    return _("an applicant or a scholar")


def _detail(key: str, value: object, names: dict[str, str]) -> str:
    if key == "role" and value in Role.values:
        return str(Role(value).label)
    if isinstance(value, str):
        return names.get(value, value)
    return (
        json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
    )


def verbs_logged(reader: Reader) -> list[str]:
    """The verbs that stand in the log, as far as the reader may see them."""
    found = AuditEvent.objects.filter(reader.deeds, scope=reader.cohort.scope)
    return sorted(found.order_by().values_list("verb", flat=True).distinct())


def chain_of(cohort: Cohort) -> AuditChain:
    """How long the chain is and with which digest it ends."""
    found = AuditChain.objects.filter(scope=cohort.scope).first()
    return found or AuditChain(scope=cohort.scope)


def as_csv(reader: Reader, found: QuerySet[AuditEvent]) -> Iterator[str]:
    """The lines as a file, the oldest first, part by part; the digests let anybody check that none is missing."""
    yield MARK + written(COLUMNS)
    rows = found.order_by("position")
    last = 0
    while part := list(rows.filter(position__gt=last)[:_AT_ONCE]):
        for line in lines(reader, part):
            yield written(map(safe_cell, _cells(line, whole=reader.whole)))
        last = part[-1].position


def _cells(line: Line, *, whole: bool) -> tuple[str, ...]:
    event = line.event
    return (
        str(event.position) if whole else "",
        event.at.astimezone(UTC).isoformat(timespec="seconds"),
        line.who,
        event.actor,
        str(line.deed),
        event.verb,
        line.about,
        event.subject_ref,
        json.dumps(event.data, ensure_ascii=False, sort_keys=True) if event.data else "",
        event.digest,
    )
