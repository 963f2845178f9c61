"""What organisers and observers see of linked answers: whether the count is open, by whom and why, and its figures.

Everything here is made from the ledger of releases: rounded numbers that were fit to be shown. No answer is opened.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tremplin.core.errors import Message
from tremplin.core.states import State
from tremplin.core.text import say
from tremplin.equality import disparities
from tremplin.equality.counting import SILENT
from tremplin.equality.findings import Finding, finding, told
from tremplin.equality.linked import asked
from tremplin.equality.models import Kind, LinkedAnswers, Purpose, Release, Unsealing
from tremplin.equality.purposes import IN_PUBLIC, LINKED
from tremplin.equality.rules import LEAST_BASE
from tremplin.people.models import Consent, User
from tremplin.programmes import funnel
from tremplin.programmes.groups import Told
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema.profile import Attribute

STATES: dict[str, State] = {
    "anonymous": State(
        "anonymous",
        _("Nothing is linked"),
        _("Nothing is linked"),
        _(
            "The survey of this programme is anonymous: nobody can tell who answered, so nothing can be compared."
        ),
    ),
    "undecided": State(
        "undecided",
        _("Sealed: decisions are not final"),
        _("Sealed"),
        _("The count can be opened when every offer is answered and the waitlist is closed."),
    ),
    "empty": State(
        "empty",
        _("Sealed: nobody answered"),
        _("Sealed"),
        _("Nobody’s answers are kept, so there is nothing to count."),
    ),
    "sealed": State(
        "sealed",
        _("Sealed"),
        _("Sealed"),
        _("An organiser may propose to open the count; another organiser or an observer confirms it."),
    ),
    "proposed": State(
        "proposed",
        _("Proposed, waits for a second person"),
        _("Sealed"),
        _("Another organiser or an observer reads the reason and confirms it, or drops it."),
        "warn",
    ),
    "open": State(
        "open",
        _("Open"),
        _("Counted"),
        _("The figures are shown until they are sealed again. Either of you may seal them sooner."),
        "ok",
    ),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One group at one step. `rate`: of those of the group who applied."""

    count: int | None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure under the name of its step."""

    step: Message
    figure: Figure


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One question: its groups by step, and what can be said of them; no groups: nothing may be shown."""

    attribute: Attribute
    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]

    @property
    def shows(self) -> bool:
        return any(cell.figure.count is not None for group in self.groups for cell in group.cells)


@dataclass(frozen=True, slots=True)
class Opening:
    """One unsealing with the names of those who did it, as far as they still have an account."""

    row: Unsealing
    proposed_by: str
    confirmed_by: str
    ended_by: str

    @property
    def ended_at(self) -> datetime:
        """When it ended, also where the clock has not been round since."""
        return self.row.ended_at or self.row.ends_at


@dataclass(frozen=True, slots=True)
class Comparison:
    """The page of organisers and observers. `now_open`: the opening or proposal at hand."""

    state: State
    now_open: Opening | None
    before: tuple[Opening, ...]
    steps: tuple[tuple[Message, int], ...]
    tables: tuple[Table, ...]
    release: Release | None
    many: int = 0  # comparisons on the page, which err together
    tellable: bool = False  # whether it was opened for a report, by people who all agreed to that

    @property
    def coverage(self) -> float | None:
        """The share of those who applied that answered, from shown numbers; None of too few."""
        if self.release is None or self.release.figures["answered"] is None:
            return None
        applied = self.release.figures["totals"][0]
        return min(1.0, self.release.figures["answered"] / applied) if applied >= LEAST_BASE else None

    @property
    def public_words(self) -> list[str]:
        """Whether groups differed, in words: no number of any group."""
        return told(self.coverage, [(say(table.attribute.label), _found(table)) for table in self.tables])


def _found(table: Table) -> list[Finding]:
    return list(table.findings) if table.shows else []


def comparison(cohort: Cohort, actor: User, now: datetime) -> Comparison:
    """The seal as it stands, and the figures while it is open. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    return _compared(cohort, now)


def in_public(cohort: Cohort, now: datetime) -> Told:
    """What everybody may read of it now: how the seal stands, as the code of a state, and sentences in the active
    language. There are none unless the count is open for a report and all who answered agreed to that."""
    found = _compared(cohort, now)
    return Told(found.state.code, found.public_words if found.tellable else [])


def _compared(cohort: Cohort, now: datetime) -> Comparison:
    rows = list(Unsealing.objects.filter(cohort=cohort).select_related("release").order_by("-pk"))
    names = _names(rows)
    current = next((row for row in rows if is_current(row, now)), None)
    open_row = current if current and current.confirmed_at else None
    release = open_row.release if open_row else None
    audit = disparities.audit(release.figures, _earlier(cohort)) if release else None
    return Comparison(
        STATES[_code(cohort, current)],
        _opening(current, names) if current else None,
        tuple(_opening(row, names) for row in rows if row is not current),
        tuple(_steps(release)) if release else (),
        tuple(_tables(cohort, release, audit)) if release and audit else (),
        release,
        audit.many if audit else 0,
        open_row is not None and open_row.purpose == Purpose.REPORT and _all_agreed(cohort),
    )


def _all_agreed(cohort: Cohort) -> bool:
    """Whether nobody said yes to a text that did not speak of the public yet."""
    words = Consent.objects.filter(purpose=LINKED.code, about=cohort.ref, version__lt=IN_PUBLIC)
    return not words.exists()


def is_current(row: Unsealing, now: datetime) -> bool:
    """Whether an unsealing is proposed or open at this moment, whether or not the clock has been round."""
    return row.ended_at is None and now < row.ends_at


def current(cohort: Cohort, now: datetime) -> Unsealing | None:
    row = Unsealing.objects.filter(cohort=cohort, ended_at=None, ends_at__gt=now).first()
    if row is not None:
        row.cohort = cohort
    return row


def openings(cohort: Cohort) -> list[Unsealing]:
    """When and what for the count was opened: for everybody whose answers were in it. No names, no reasons."""
    return list(Unsealing.objects.filter(cohort=cohort, confirmed_at__isnull=False).order_by("confirmed_at"))


def _code(cohort: Cohort, current: Unsealing | None) -> str:
    if current is not None:
        return "open" if current.confirmed_at else "proposed"
    if not asked(cohort):
        return "anonymous"
    if not funnel.settled(cohort):
        return "undecided"
    return "sealed" if LinkedAnswers.objects.filter(cohort_ref=cohort.ref).exists() else "empty"


def _names(rows: Sequence[Unsealing]) -> dict[str, str]:
    refs = {ref for row in rows for ref in (row.proposed_by, row.confirmed_by, row.ended_by) if ref}
    return {user.ref: user.get_full_name() for user in User.objects.filter(ref__in=refs)} if refs else {}


def _opening(row: Unsealing, names: dict[str, str]) -> Opening:
    def name(ref: str) -> str:
        return names.get(ref, f"({ref.upper()})") if ref else ""

    return Opening(row, name(row.proposed_by), name(row.confirmed_by), name(row.ended_by))


def _steps(release: Release) -> Iterator[tuple[Message, int]]:
    labels = {step.code: step.label for step in funnel.steps()}
    for code, total in zip(release.figures["steps"], release.figures["totals"], strict=True):
        yield labels.get(code, code), total


def _earlier(cohort: Cohort) -> list[Mapping[str, Any]]:
    """What was shown of earlier editions of the programme, the oldest first: the last release of each."""
    editions = Cohort.objects.filter(
        programme=cohort.programme_id, first_day__lt=cohort.first_day, invented=cohort.invented
    )
    refs = list(editions.order_by("first_day").values_list("ref", flat=True))
    rows = Release.objects.filter(kind=Kind.LINKED, cohort_ref__in=refs).order_by("number").defer("basis")
    latest = {row.cohort_ref: row.figures for row in rows}
    return [latest[ref] for ref in refs if ref in latest]


def _tables(cohort: Cohort, release: Release, audit: disparities.Audit) -> Iterator[Table]:
    """The figures of the ledger as tables: nothing in them that the ledger does not hold."""
    steps = [label for label, _total in _steps(release)]
    for part in release.figures["attributes"]:
        attribute = cohort.profile.attribute(part["code"])
        if attribute is None:
            continue
        words = {option.code: say(option.label) for option in attribute.options}
        labels = {
            answer: str(_("Not said, or not answered")) if answer == SILENT else words.get(answer, answer)
            for answer, _row in part["rows"]
        }
        groups = tuple(
            Group(
                labels[answer],
                tuple(Cell(step, _figure(row, place)) for place, step in enumerate(steps)),
            )
            for answer, row in part["rows"]
        )
        places = audit.places.get(attribute.code, ())
        found = (finding(place, steps, release.figures["totals"], labels) for place in places)
        yield Table(attribute, groups, tuple(found))


def _figure(row: Sequence[int | None], place: int) -> Figure:
    """A rate is shown of enough people, from shown numbers alone."""
    count, whole = row[place], row[0]
    if not place or count is None or whole is None or whole < LEAST_BASE:
        return Figure(count)
    return Figure(count, min(count, whole) / whole)
