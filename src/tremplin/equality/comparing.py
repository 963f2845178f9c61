"""What organisers and observers see of linked answers: whether the count is open, by whom and why, and its figures.

Everything here is made from the ledger of releases: rounded numbers that were fit to be shown. No answer is opened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tremplin.core.errors import Message
from tremplin.core.states import State
from tremplin.core.text import say
from tremplin.equality.counting import SILENT
from tremplin.equality.linked import asked
from tremplin.equality.models import LinkedAnswers, Release, Unsealing
from tremplin.equality.rules import LEAST_BASE
from tremplin.methods.rates import Estimate, difference, share
from tremplin.people.models import User
from tremplin.programmes import funnel
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema.profile import Attribute

RISK = 0.05
WIDE = 0.4  # an interval of the difference wider than this says nothing of use

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
    tests = sum(
        1 for part in found for answer, row in part["rows"] if answer != SILENT for _cell in _rated(row)
    )
    for part in found:
        attribute = cohort.profile.attribute(part["code"])
        if attribute is None:
            continue
        words = {option.code: say(option.label) for option in attribute.options}
        groups = tuple(
            Group(
                str(_("Not said, or not answered")) if answer == SILENT else words.get(answer, answer),
                tuple(
                    Cell(step, figure)
                    for step, figure in zip(
                        steps, _figures(row, totals, tests, judged=answer != SILENT), strict=True
                    )
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


def _figures(
    row: Sequence[int | None], totals: Sequence[int], tests: int, *, judged: bool
) -> Iterator[Figure]:
    rated = _rated(row)
    for position, count in enumerate(row):
        if position not in rated or count is None or row[0] is None:
            yield Figure(count)
            continue
        others, all_others = totals[position] - count, totals[0] - row[0]
        verdict = _verdict(count, row[0], others, all_others, tests) if judged else ""
        yield Figure(count, share(min(count, row[0]), row[0]), verdict)


def _verdict(part: int, whole: int, others: int, all_others: int, tests: int) -> Message:
    """In words, against everybody else; strict enough that all of the page's tests together err once in twenty."""
    if all_others < LEAST_BASE:
        return ""
    others = min(max(others, 0), all_others)
    found = difference(min(part, whole), whole, others, all_others, level=1 - RISK / max(tests, 1))
    if found.excludes_zero:
        return _("A difference from everybody else that is unlikely to be chance alone")
    if found.high - found.low > WIDE:
        return _("Too few people to tell")
    return _("Compatible with the same chance for everybody else")
