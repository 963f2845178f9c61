"""What every deed in confidence begins and ends with."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.accommodations import vault
from tremplin.accommodations.models import Kind, Part, PartState, Request, RequestState, Word
from tremplin.accommodations.rules import LONGEST
from tremplin.applications.models import Application
from tremplin.core import audit
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.core.models import AuditEvent
from tremplin.core.text import plain
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role, require


def log(*, request: Request, actor: User, verb: str, now: datetime) -> AuditEvent:
    """Note the deed, and nothing of what it was about, in a log that organisers and observers do not see."""
    return audit.record(scope=scope_of(request.cohort), actor=actor.ref, verb=verb, subject=request, now=now)


def scope_of(cohort: Cohort) -> str:
    """Whose log the events of this room are: apart from the cohort's own, which organisers read."""
    return f"accommodations/{cohort.ref}"


def held_of(application: Application) -> Request | None:
    """The request of an application, locked for this transaction."""
    found = Request.objects.select_for_update().filter(application=application.pk).first()
    if found is not None:
        found.application, found.cohort = application, application.cohort
    return found


def held_for_officer(request: Request, actor: User) -> Request:
    """The stored request, locked. Raises NotAllowed unless `actor` is an accommodation officer, and not its writer."""
    cohort = request.cohort
    require(actor, cohort, Role.OFFICER)
    held = Request.objects.select_for_update().get(pk=request.pk)
    held.cohort, held.application = cohort, request.application
    held.application.cohort = cohort
    if held.application.applicant_id == actor.pk:
        raise NotAllowed(_("Nobody answers their own request."))
    return held


def require_seen(held: Request, seen: int) -> None:
    if held.version != seen:
        raise Stale(
            _("Something was added since you opened this page, so nothing was saved yet."),
            _("Read what is new. What you typed is still in the form: send it once more."),
            current=held.version,
        )


def require_granted(request: Request) -> None:
    """Raises Conflict unless answers by sound or film were agreed to."""
    granted = Part.objects.filter(request=request, kind=Kind.RECORDING, state=PartState.GRANTED)
    if not granted.exists():
        raise Conflict(
            _("Answering by a recording has not been agreed to."),
            _("Ask for it on the page before this one."),
        )


def clean_words(text: str, *, field: str = "words", required: str = "") -> str:
    """`text` with plain line ends. Raises Invalid when it is too long, or empty although `required` says why not."""
    cleaned = plain(text).strip()
    if required and not cleaned:
        raise Invalid({field: [required]})
    if len(cleaned) > LONGEST:
        raise Invalid({field: [_("This is longer than we can keep. Shorten it, or send it in two parts.")]})
    return cleaned


def add(request: Request, text: str, *, by_officer: bool, now: datetime) -> None:
    """Keep a word, if there is one."""
    if text:
        word = Word(request=request, by_officer=by_officer, created_at=now)
        vault.seal_word(word, text)
        word.save(force_insert=True)


def wait(request: Request, now: datetime) -> None:
    """There is something for the officer to read."""
    if request.state != RequestState.WAITING:
        request.state, request.waiting_since = RequestState.WAITING, now
    request.version += 1
    request.save(update_fields=["state", "waiting_since", "version"])


def tell_officers(request: Request, occasion: str, now: datetime) -> None:
    """A mail to each officer that says nothing but that there is something to read."""
    for officer in people_with(request.cohort, Role.OFFICER):
        mail.send(
            cohort=request.cohort,
            code="question-waiting",
            to=officer,
            values={"link": cohort_url(request.cohort, "accommodations:list")},
            now=now,
            key=f"question-waiting:{occasion}:{officer.ref}",
        )


def tell_applicant(request: Request, occasion: str, now: datetime) -> None:
    """A mail to the person that says nothing but that there is an answer to read."""
    mail.send(
        cohort=request.cohort,
        code="answer-waiting",
        to=request.application.applicant,
        values={"link": cohort_url(request.cohort, "accommodations:mine")},
        now=now,
        key=f"answer-waiting:{occasion}",
    )
