"""What can be seen of first reads: one's own until all are in, then what everybody found; how far the others are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tremplin.applications.models import ApplicationState
from tremplin.applications.queries import Reading
from tremplin.applications.rules.form import may_be_reviewed
from tremplin.blinding import queries as blinding
from tremplin.blinding.making import FREE
from tremplin.blinding.models import RedactedCopy
from tremplin.core.errors import NotAllowed
from tremplin.core.prepared import PreparedRows
from tremplin.first_reads.models import FirstRead, FirstReads, LetGo, Piece, Remark
from tremplin.methods.calibration import Read, calibrate
from tremplin.people.models import User
from tremplin.programmes.apart import cause, require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role, roles_of
from tremplin.programmes.schema import Question
from tremplin.review import rules as review_rules
from tremplin.review.besides import First
from tremplin.review.gates import Gate
from tremplin.review.plan import review_plan

# A piece counts while its application does: who withdraws is read by nobody, here neither.
LIVE = Q(application=None) | Q(application__state=ApplicationState.SUBMITTED)
_LIVE_READ = Q(piece__application=None) | Q(piece__application__state=ApplicationState.SUBMITTED)
_LIVE_PIECES = Q(pieces__application=None) | Q(pieces__application__state=ApplicationState.SUBMITTED)


def set_of(cohort: Cohort) -> FirstReads | None:
    """The set of a cohort, being prepared, open or closed."""
    found = FirstReads.objects.filter(cohort=cohort.pk).first()
    if found is not None:
        found.cohort = cohort
    return found


def pieces_of(found: FirstReads) -> QuerySet[Piece]:
    """The texts of the set that can be read, in the order in which they were added."""
    rows = Piece.objects.filter(LIVE, first_reads=found.pk).order_by("pk")
    return rows.select_related("copy__snapshot", "application")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one reviewer stands in an opened set. `holds`: their own list waits for it."""

    total: int
    done: int
    holds: bool

    @property
    def left(self) -> int:
        return max(0, self.total - self.done)

    @property
    def finished(self) -> bool:
        return self.total > 0 and not self.left


def _counted(cohort: int, reviewer: int) -> QuerySet[FirstReads, Any]:
    mine = Q(pieces__reads__reviewer=reviewer, pieces__reads__submitted_at__isnull=False)
    rows = FirstReads.objects.filter(cohort=cohort, opened_at__isnull=False).annotate(
        total=Count("pieces", filter=_LIVE_PIECES, distinct=True),
        done=Count("pieces", filter=_LIVE_PIECES & mine, distinct=True),
        free=Exists(LetGo.objects.filter(first_reads=OuterRef("pk"), reviewer=reviewer)),
    )
    return rows.values_list("total", "done", "holds", "closed_at", "free")


_STANDING = PreparedRows(_counted, int, int)


def standing(cohort: Cohort, reviewer: User) -> Standing | None:
    """That, in one query; None where no set was opened."""
    row = next(iter(_STANDING(cohort.pk, reviewer.pk)), None)
    if row is None:
        return None
    total, done, holds, closed, free = row
    return Standing(total, done, bool(holds and closed is None and not free and done < total))


def before_others(cohort: Cohort, reviewer: User) -> Gate | None:
    """What a reviewer reads before their own list, if anything is left of it."""
    found = standing(cohort, reviewer)
    if found is None or not found.holds:
        return None
    return Gate(
        "first_reads:mine",
        _("Read these %(count)s first: everybody reads them, then you talk about them.")
        % {"count": found.left},
        _("Read the first ones"),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One piece in a reviewer's list."""

    number: int
    piece: Piece
    read: FirstRead | None

    @property
    def done(self) -> bool:
        return self.read is not None and self.read.submitted_at is not None


def mine(found: FirstReads, reviewer: User) -> list[Row]:
    """All pieces with what this reviewer has of them, in two queries."""
    reads = {
        row.piece_id: row for row in FirstRead.objects.filter(piece__first_reads=found, reviewer=reviewer)
    }
    return [Row(number, piece, reads.get(piece.pk)) for number, piece in enumerate(pieces_of(found), 1)]


@dataclass(frozen=True, slots=True)
class Page:
    """What the reading page is made of; `shown` names the text."""

    number: int
    language: str
    readings: tuple[Reading, ...]
    read: FirstRead | None
    shown: str

    @property
    def version(self) -> int:
        return self.read.version if self.read else 0


def questions_of(cohort: Cohort) -> list[Question]:
    """The questions whose answers reviewers read in the writer's own words."""
    asked = cohort.plan.application.questions()
    return [question for question in asked if may_be_reviewed(question) and question.kind in FREE]


def readings(cohort: Cohort, piece: Piece) -> tuple[Reading, ...]:
    """What stands in a piece: the newest copy of the version that was chosen, or what organisers wrote."""
    if piece.application_id is None:
        asked = questions_of(cohort)
        return tuple(Reading(one, piece.texts[one.code]) for one in asked if one.code in piece.texts)
    return blinding.readings(copy_of(piece))


def copy_of(piece: Piece) -> RedactedCopy | None:
    """The copy that is read; None once the words are gone."""
    return blinding.copy_of(piece.copy.snapshot) if piece.copy is not None else None


def shown_token(piece: Piece) -> str:
    """Names what is on screen."""
    copy = copy_of(piece) if piece.application_id else None
    text = copy.checksum if copy else repr(sorted(piece.texts.items()))
    return review_rules.shown_token(piece.ref, copy.pk if copy else 0, text)


def page_of(row: Row, cohort: Cohort) -> Page:
    """The page of one piece for its reader."""
    piece = row.piece
    return Page(row.number, piece.language, readings(cohort, piece), row.read, shown_token(piece))


@dataclass(frozen=True, slots=True)
class Found:
    """What one reviewer found in a piece; nobody is named, `mine` says that it was oneself."""

    scores: dict[str, review_rules.Score]
    comment: str
    mine: bool


def may_discuss(found: FirstReads, piece: Piece, actor: User) -> bool:
    """Whether `actor` may see what others found: a reviewer who has read them all, or an organiser who need not.

    Not who must not judge the piece, and not its writer.
    """
    if piece.application is not None and piece.application.applicant_id == actor.pk:
        return False
    if FirstRead.objects.filter(piece=piece.pk, reviewer=actor, tied=True).exists():
        return False
    roles = roles_of(actor, found.cohort)
    if Role.REVIEWER in roles:
        stands = standing(found.cohort, actor)
        return stands is not None and stands.finished
    return Role.ORGANISER in roles and found.opened_at is not None and not cause(found.cohort, actor)


def discussion(found: FirstReads, piece: Piece, actor: User) -> list[Found]:
    """What all found who have read the whole set, in no order that tells who. Raises NotAllowed."""
    if not may_discuss(found, piece, actor):
        raise NotAllowed(
            _("What others found is shown when you have read all of the first ones."),
            _("So nobody’s reading sways another’s."),
        )
    rows = FirstRead.objects.filter(piece=piece.pk, tied=False, submitted_at__isnull=False)
    return [Found(row.scores, row.comment, row.reviewer_id == actor.pk) for row in rows.order_by("ref")]


def remarks_of(piece: Piece) -> QuerySet[Remark]:
    """What was said about a piece, the oldest first. Ask `discussion` first whether it may be seen."""
    return Remark.objects.filter(piece=piece.pk).select_related("author").order_by("created_at", "pk")


@dataclass(frozen=True, slots=True)
class Reader:
    """How far one reviewer is, and how they read beside the others, once that can be said."""

    reviewer: User
    done: int
    free: bool
    shift: float | None = None
    doubt: float | None = None

    @property
    def points(self) -> int:
        """The shift in whole points, as it is said."""
        return round(self.shift or 0)


def readers(found: FirstReads, actor: User) -> list[Reader]:
    """All reviewers, in a constant number of queries. Raises NotAllowed."""
    require_judge(actor, found.cohort, Role.ORGANISER)
    counts = {
        row["reviewer"]: row["many"]
        for row in FirstRead.objects.filter(piece__first_reads=found, submitted_at__isnull=False)
        .filter(_LIVE_READ)
        .values("reviewer")
        .annotate(many=Count("pk"))
    }
    free = set(LetGo.objects.filter(first_reads=found).values_list("reviewer_id", flat=True))
    habits = severities(found)
    people = people_with(found.cohort, Role.REVIEWER)
    return [
        Reader(user, counts.get(user.pk, 0), user.pk in free, *habits.get(user.pk, (None, None)))
        for user in people
    ]


def scored(found: FirstReads) -> list[Read]:
    """What was found in the texts of the set, from 0 to 100, before anybody spoke: text, reviewer and score of each."""
    plan = review_plan(found.cohort)
    rows = list(
        FirstRead.objects.filter(piece__first_reads=found, tied=False, submitted_at__isnull=False)
        .order_by("pk")
        .values_list("piece_id", "reviewer_id", "scores")
    )
    values = review_rules.values(plan, [row[2] for row in rows])
    return [
        Read(str(piece), str(reviewer), value)
        for (piece, reviewer, _scores), value in zip(rows, values, strict=True)
        if value is not None
    ]


def severities(found: FirstReads) -> dict[int, tuple[float, float]]:
    """How far above or below the others each reviewer reads, from 0 to 100, and the doubt of 90 %.

    All have read the same texts, so that the design is connected. Empty until three have read three texts each.
    """
    reads = scored(found)
    if len({read.reviewer for read in reads}) < 3 or len({read.applicant for read in reads}) < 3:
        return {}
    told = calibrate(reads, model="severity", step=review_rules.step(review_plan(found.cohort)))
    return {int(one.reviewer): (one.shift, 1.645 * one.deviation) for one in told.severities}


def finished(found: FirstReads) -> set[int]:
    """Who has read the whole set, by key."""
    mine = Count("pk", filter=_LIVE_READ)
    rows = FirstRead.objects.filter(piece__first_reads=found.pk, submitted_at__isnull=False)
    total = pieces_of(found).count()
    done = rows.values("reviewer").annotate(done=mine).filter(done__gte=total).order_by()
    return set(done.values_list("reviewer", flat=True)) if total else set()


def still_first(cohort: Cohort) -> First:
    """What all read first, for those who plan the reading; none of it once the set is closed. Three queries at most.

    Whoever was let go has nothing left of it.
    """
    found = set_of(cohort)
    if found is None or found.closed_at is not None:
        return First()
    texts = pieces_of(found).count()
    if found.opened_at is None:
        return First(texts)
    rows = FirstRead.objects.filter(_LIVE_READ, piece__first_reads=found.pk, submitted_at__isnull=False)
    done = dict(rows.order_by().values_list("reviewer").annotate(many=Count("pk")))
    free = LetGo.objects.filter(first_reads=found.pk).values_list("reviewer_id", flat=True)
    return First(texts, {**done, **dict.fromkeys(free, texts)})


def to_carry_over(cohort: Cohort) -> Sequence[tuple[FirstRead, int]]:
    """First reads of applications that the same reviewer was also given and has not begun: with the key of that."""
    rows = FirstRead.objects.filter(
        piece__first_reads__cohort=cohort,
        piece__first_reads__counting="shared",
        tied=False,
        submitted_at__isnull=False,
        piece__application__state=ApplicationState.SUBMITTED,
        piece__application__assignments__reviewer=F("reviewer"),
        piece__application__assignments__pass_number=1,
        piece__application__assignments__state="assigned",
        piece__application__assignments__review=None,
        piece__copy__snapshot__number=F("piece__application__sent"),
    )
    rows = rows.annotate(given=F("piece__application__assignments")).select_related("reviewer", "piece")
    return [(row, row.given) for row in rows.order_by("pk")]
