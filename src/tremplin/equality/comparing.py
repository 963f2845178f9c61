"""What organisers and observers see of linked answers: whether the count is open, by whom and why, and its figures.

Everything here is made from the ledger of releases: rounded numbers that were fit to be shown. No answer is opened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tremplin.core.errors import Message
from tremplin.core.states import State
from tremplin.core.text import say
from tremplin.equality.counting import SILENT
from tremplin.equality.linked import asked
from tremplin.equality.models import LinkedAnswers, Release, Unsealing
from tremplin.equality.rules import LEAST_BASE
from tremplin.methods import disparity
from tremplin.methods.disparity import Asked, Estimate, compared, share
from tremplin.people.models import User
from tremplin.programmes import funnel
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema.profile import Attribute

VERDICTS: dict[str, Message] = {
    disparity.TOO_FEW: "",
    disparity.CANNOT_TELL: _("Too few people to tell"),
    disparity.NO_EVIDENCE: _("Compatible with the same chance for everybody else"),
    disparity.DIFFERENCE_LIKELY: _("A difference from everybody else that is unlikely to be chance alone"),
}

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
    """One group at one step. `rate`: of those of the group who applied; `verdict`: against everybody else."""

    count: int | None
    rate: Estimate | None = None
    verdict: Message = ""


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
    """One question: its groups by step; no groups: nothing may be shown."""

    attribute: Attribute
    groups: tuple[Group, ...]

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


def comparison(cohort: Cohort, actor: User, now: datetime) -> Comparison:
    """The seal as it stands, and the figures while it is open. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    rows = list(Unsealing.objects.filter(cohort=cohort).select_related("release").order_by("-pk"))
    names = _names(rows)
    current = next((row for row in rows if is_current(row, now)), None)
    open_row = current if current and current.confirmed_at else None
    release = open_row.release if open_row else None
    return Comparison(
        STATES[_code(cohort, current)],
        _opening(current, names) if current else None,
        tuple(_opening(row, names) for row in rows if row is not current),
        tuple(_steps(release)) if release else (),
        tuple(_tables(cohort, release)) if release else (),
        release,
    )


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


def _tables(cohort: Cohort, release: Release) -> Iterator[Table]:
    """The figures of the ledger as tables: nothing in them that the ledger does not hold."""
    totals: list[int] = release.figures["totals"]
    steps = [label for label, _total in _steps(release)]
    found = release.figures["attributes"]
    verdicts = _verdicts(found, totals)
    for part in found:
        attribute = cohort.profile.attribute(part["code"])
        if attribute is None:
            continue
        words = {option.code: say(option.label) for option in attribute.options}
        groups = tuple(
            Group(
                str(_("Not said, or not answered")) if answer == SILENT else words.get(answer, answer),
                tuple(
                    Cell(step, _figure(row, place, verdicts.get((part["code"], answer, place), "")))
                    for place, step in enumerate(steps)
                ),
            )
            for answer, row in part["rows"]
        )
        yield Table(attribute, groups)


def _rated(row: Sequence[int | None]) -> list[int]:
    """The steps of a row of which a rate may be shown: of enough people, from shown numbers alone."""
    base = row[0]
    if base is None or base < LEAST_BASE:
        return []
    return [position for position, count in enumerate(row) if position and count is not None]


def _figure(row: Sequence[int | None], place: int, verdict: Message) -> Figure:
    count, whole = row[place], row[0]
    if place not in _rated(row) or count is None or whole is None:
        return Figure(count)
    return Figure(count, share(min(count, whole), whole), verdict)


def _verdicts(
    attributes: Sequence[dict[str, Any]], totals: Sequence[int]
) -> dict[tuple[str, str, int], Message]:
    """In words, each group against everybody else, by question, answer and step.

    Strict enough that all of the page's tests together err once in twenty. From the rounded numbers of the ledger.
    """
    asked: dict[tuple[str, str, int], Asked] = {}
    for part in attributes:
        for answer, row in part["rows"]:
            for place in _rated(row) if answer != SILENT else ():
                one = _asked(row[place], row[0], totals[place], totals[0])
                if one is not None:
                    asked[part["code"], answer, place] = one
    found = compared(list(asked.values()), with_power=False)
    return {key: VERDICTS[one.code] for key, one in zip(asked, found, strict=True)}


def _asked(count: int, whole: int, total: int, everybody: int) -> Asked | None:
    others = everybody - whole
    if others < LEAST_BASE:
        return None
    return Asked(min(count, whole), whole, min(max(total - count, 0), others), others)
