"""What is seen in confidence: by the person their own, by the officer all of a cohort, by nobody else any."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery

from tremplin.accommodations import vault
from tremplin.accommodations.models import (
    Kind,
    Part,
    PartState,
    Recording,
    RecordingState,
    Request,
    RequestState,
)
from tremplin.accommodations.rules import may_speak, too_long_since
from tremplin.applications.models import Application
from tremplin.core.models import PartialUpload, StoredFile
from tremplin.core.recall import recall
from tremplin.people.models import User
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role, require, roles_of


def asked() -> Exists:
    """Whether there is a request of an application: a mark on what its writer opens, and on nothing else."""
    return Exists(Request.objects.filter(application=OuterRef("pk")))


def own_request(application: Application) -> Request | None:
    """The request of an application. Three queries; none when its own page knows that nothing was asked."""
    if not getattr(application, "asked", True):
        return None
    rows = Request.objects.filter(application=application.pk).prefetch_related("parts", "recordings")
    found = recall(("own request", application.pk), rows.first)
    if found is not None:
        found.application, found.cohort = application, application.cohort
    return found


def is_granted(request: Request, kind: Kind) -> bool:
    return any(part.kind == kind and part.state == PartState.GRANTED for part in request.parts.all())


@dataclass(frozen=True, slots=True)
class Said:
    """One word of the conversation, opened."""

    by_officer: bool
    at: datetime
    text: str


def said(request: Request) -> list[Said]:
    """Everything that both sides wrote, in its order. For the two of them alone: the caller has checked who asks."""
    words = request.words.order_by("created_at", "pk")
    return [Said(word.by_officer, word.created_at, vault.word_of(word)) for word in words]


@dataclass(frozen=True, slots=True)
class PartRow:
    """One thing that was asked for or offered, with its answer opened."""

    part: Part
    reason: str


def parts_of(request: Request) -> list[PartRow]:
    """Parts in the order of the form. For the two sides alone: the caller has checked who asks."""
    order = list(Kind.values)
    parts = sorted(request.parts.all(), key=lambda part: order.index(part.kind))
    return [PartRow(part, vault.reason_of(part)) for part in parts]


@dataclass(frozen=True, slots=True)
class Officer:
    """Who reads, and what else they do in this cohort: nobody shall confide in ignorance of that."""

    name: str
    organises: bool


def officers(cohort: Cohort) -> list[Officer]:
    """Those who would read a request. Two queries."""
    people = list(people_with(cohort, Role.OFFICER))
    organising = set(
        people_with(cohort, Role.ORGANISER)
        .filter(pk__in=[user.pk for user in people])
        .values_list("pk", flat=True)
    )
    return [Officer(user.get_full_name(), user.pk in organising) for user in people]


def requests(cohort: Cohort, actor: User, *, only: str = "") -> QuerySet[Request]:
    """The requests of a cohort, those that wait first and longest first; nothing of them is opened.

    `only`: "waiting" (for an answer), "recordings" (with a recording that waits for its transcript).
    Raises NotAllowed.
    """
    require(actor, cohort, Role.OFFICER)
    waiting = Count("recordings", filter=Q(recordings__state=RecordingState.WAITING))
    rows = Request.objects.filter(cohort=cohort).annotate(to_write=waiting)
    if only == "waiting":
        rows = rows.filter(state=RequestState.WAITING)
    elif only == "recordings":
        rows = rows.filter(to_write__gt=0)
    return rows.select_related("application__applicant").order_by("-state", "waiting_since", "pk")


def request_of(cohort: Cohort, actor: User, ref: str) -> Request | None:
    """One request with all that hangs on it, for the officer. Raises NotAllowed."""
    require(actor, cohort, Role.OFFICER)
    rows = Request.objects.filter(cohort=cohort, ref=ref).prefetch_related("parts", "recordings__file")
    return _with_cohort(rows.select_related("application__applicant").first(), cohort)


def _with_cohort(found: Request | None, cohort: Cohort) -> Request | None:
    if found is not None:
        found.cohort = found.application.cohort = cohort
    return found


def recording_of(cohort: Cohort, actor: User, ref: str) -> Recording | None:
    """One recording, for the officer. Raises NotAllowed."""
    require(actor, cohort, Role.OFFICER)
    rows = Recording.objects.filter(request__cohort=cohort, ref=ref)
    found = rows.select_related("file", "request__application__applicant").first()
    if found is not None:
        found.request.cohort = found.request.application.cohort = cohort
    return found


def own_recording(request: Request, question: str) -> Recording | None:
    """The recording that answers one question."""
    found = Recording.objects.select_related("file").filter(request=request.pk, question=question).first()
    if found is not None:
        found.request = request
    return found


def own_upload(user: User, request: Request, ref: str) -> PartialUpload | None:
    """The recording `ref` that is on its way, if it is this person's and to this request."""
    rows = PartialUpload.objects.filter(owner_ref=user.ref, ref=ref)
    return rows.filter(purpose__startswith=f"accommodations:{request.ref}:").first()


def audible_file(user: User, cohort: Cohort, ref: str) -> StoredFile | None:
    """The sound or film `ref` if this person may hear it: who gave it, and the accommodation officer."""
    found = Recording.objects.filter(request__cohort=cohort, file__ref=ref)
    if Role.OFFICER not in roles_of(user, cohort):
        found = found.filter(request__application__applicant=user)
    row = found.select_related("file").first()
    return row.file if row else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the officer, and since when."""

    requests: int
    recordings: int
    since: datetime | None
    recordings_since: datetime | None

    @property
    def oldest(self) -> datetime | None:
        """Since when anything waits at all."""
        return min((at for at in (self.since, self.recordings_since) if at is not None), default=None)


def waiting(cohort: Cohort, now: datetime) -> Waiting:
    """Counts for the officer's desk and mails, in two queries. A recording that can become no answer waits no more."""
    asked = Request.objects.filter(cohort=cohort, state=RequestState.WAITING)
    found = asked.aggregate(many=Count("pk"), since=Min("waiting_since"))
    spoken = Recording.objects.filter(request__cohort=cohort, state=RecordingState.WAITING)
    if not may_speak(cohort.dates, now):
        spoken = spoken.none()
    to_write = spoken.aggregate(many=Count("pk"), since=Min("created_at"))
    return Waiting(found["many"], to_write["many"], found["since"], to_write["since"])


def waiting_requests(cohort: Cohort) -> QuerySet[Request]:
    """For the desks of organisers, to be counted and never shown."""
    return Request.objects.filter(cohort=cohort, state=RequestState.WAITING)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """All that organisers learn: how many have waited too long, and whether anybody is there to answer them."""

    too_long: int
    officer: bool


def unanswered(cohort: Cohort, now: datetime) -> Unanswered:
    """For the desks of organisers, in one query: numbers, never whose or what."""
    late = Request.objects.filter(
        cohort=OuterRef("pk"),
        state=RequestState.WAITING,
        waiting_since__lte=too_long_since(cohort.dates, now),
    )
    many = late.order_by().values("cohort").annotate(many=Count("pk")).values("many")
    there = Exists(Membership.objects.filter(cohort=OuterRef("pk"), role=Role.OFFICER))
    found = Cohort.objects.filter(pk=cohort.pk).annotate(many=Subquery(many), there=there)
    [(many_now, somebody)] = found.values_list("many", "there")
    return Unanswered(many_now or 0, somebody)
