"""Leaving. An account that nothing hangs on goes at once; for the rest those who hold records are asked.

Each cohort answers for its own records (see the room `privacy`). When all have, and none refused, the account
itself is closed: what must be kept hangs on an empty shell, which goes when nothing hangs on it any more.
"""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import audit, erasures
from tremplin.core.errors import Conflict
from tremplin.core.models import StoredFile
from tremplin.core.outbox import services as outbox
from tremplin.people import mails, personal_data
from tremplin.people.models import (
    ApiToken,
    ErasureAnswer,
    ErasurePart,
    ErasureRequest,
    Institution,
    MailedKey,
    SignIn,
    User,
)

ACCOUNT, COHORT = "people.account", "people.cohort"  # deeds that a restored backup must not undo
SHELL_MAILS = timedelta(days=30)
"""How long the last mails to somebody erased keep their address: so long may one come back."""


def reasons_to_stay(user: User) -> list[str]:
    """Why the account cannot be erased at once, in sentences for its owner; empty when it can."""
    told = [str(reason) for keeping in personal_data.keepings() for reason in keeping.reasons(user)]
    untold = [
        _untold(label.split(".", maxsplit=1)[0], count)
        for label, count in personal_data.rows_naming(user).items()
        if not personal_data.declared(label.split(".", maxsplit=1)[0])
    ]
    return [*told, *untold, *([only_administrator()] if is_only_administrator(user) else [])]


def only_administrator() -> str:
    return _("You are the only administrator of this site.")


def is_only_administrator(user: User) -> bool:
    """Whether nobody could look after the site without `user`."""
    others = User.objects.filter(is_staff=True, is_active=True).exclude(pk=user.pk)
    return user.is_staff and not others.exists()


def _untold(app: str, count: int) -> str:
    text = ngettext("%(n)s record of “%(room)s” names you.", "%(n)s records of “%(room)s” name you.", count)
    return text % {"n": count, "room": personal_data.room_name(app)}


@transaction.atomic
def erase(*, user: User, now: datetime) -> None:
    """Erase an account that nothing hangs on.

    Order: the reasons, looked at anew; what mails said, files, sessions; the audit event, which knows the
    reference alone; the line for backups; the person. Raises Conflict when something hangs on the account after all.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if reasons := reasons_to_stay(user):
        raise Conflict(_("Your account cannot be erased at once."), " ".join(reasons))
    outbox.erase(to_ref=user.ref)
    _forget_files_and_ways_in(user)
    audit.record(scope=mails.SCOPE, actor=user.ref, verb="people.erased", subject=user, now=now)
    erasures.note(ACCOUNT, user.ref, now=now)
    user.delete()


def _forget_files_and_ways_in(user: User) -> None:
    """Everything by which somebody was here and could come back."""
    files = StoredFile.objects.filter(owner_ref=user.ref)
    paths = list(files.values_list("path", flat=True))
    files.delete()
    Session.objects.filter(session_key__in=user.sign_ins.values("session_key")).delete()
    SignIn.objects.filter(user=user).delete()
    MailedKey.objects.filter(address=user.email).delete()
    MailedKey.objects.filter(user=user).delete()
    ApiToken.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    transaction.on_commit(lambda: _delete_files(paths))


def _delete_files(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)


@transaction.atomic
def ask_to_be_erased(*, user: User, now: datetime, step_back: bool = False) -> ErasureRequest:
    """Ask those who hold records to decide; asking twice changes nothing. `step_back`: and leave at once what runs.

    Order: what runs, if wanted; somebody can decide; the request with its reasons, a part for each cohort; the audit
    event, a mail to the contact of each institution. Raises Conflict when nobody could be asked.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if step_back:
        personal_data.step_back(user, now=now)
    asked = open_request(user)
    if asked is not None:
        return asked
    if is_only_administrator(user):
        raise Conflict(only_administrator(), _("Make somebody else an administrator first."))
    request = ErasureRequest.objects.create(user=user, reasons=reasons_to_stay(user), created_at=now)
    if not _add_parts(request, now=now):
        raise Conflict(_("No programme keeps anything about you that somebody could erase."))
    audit.record(scope=mails.SCOPE, actor=user.ref, verb="people.erasure-asked", subject=request, now=now)
    for institution in _institutions(user):
        if institution.contact_email:
            mails.send_erasure_request(
                user,
                to=institution.contact_email,
                language=institution.language,
                now=now,
                key=f"{mails.SCOPE}:erasure:{request.ref}:{institution.ref}",
            )
    return request


def _add_parts(request: ErasureRequest, *, now: datetime) -> int:
    """A part for each cohort that holds something and was not asked yet; how many are new."""
    held = {holding.scope for holding in personal_data.holdings(request.user, now=now)}
    new = held - set(request.parts.values_list("scope", flat=True))
    parts = [
        ErasurePart(request=request, scope=scope, title=title[:300], created_at=now)
        for scope, title in personal_data.titles(new).items()
    ]
    ErasurePart.objects.bulk_create(parts)
    return len(parts)


def open_request(user: User) -> ErasureRequest | None:
    """The request that waits for an answer, if any."""
    return user.erasure_requests.filter(answered_at=None).first()


def latest_request(user: User) -> ErasureRequest | None:
    """The last thing asked and not taken back, answered or not."""
    return user.erasure_requests.filter(taken_back=False).order_by("-pk").first()


@transaction.atomic
def keep_account(*, user: User, now: datetime) -> None:
    """Take an open request back. What was erased by then stays erased. Again, it changes nothing."""
    request = ErasureRequest.objects.select_for_update().filter(user=user, answered_at=None).first()
    if request is None:
        return
    request.answered_at, request.taken_back = now, True
    request.save(update_fields=["answered_at", "taken_back"])
    audit.record(
        scope=mails.SCOPE, actor=user.ref, verb="people.erasure-taken-back", subject=request, now=now
    )


def held(part: ErasurePart) -> ErasurePart:
    """The part with its request and person, while nobody else can answer it or take it back."""
    request = ErasureRequest.objects.select_for_update().select_related("user").get(pk=part.request_id)
    found = ErasurePart.objects.select_for_update().get(pk=part.pk)
    found.request = request
    return found


def close_part(
    part: ErasurePart, answer: ErasureAnswer, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Note the answer of a cohort, in the caller's transaction."""
    part.answer, part.answered_at, part.answered_by, part.reason = answer, now, actor, reason
    if answer == ErasureAnswer.DONE:
        part.again_at = next_erasure(part, now=now)
        erasures.note(COHORT, part.request.user.ref, scope=part.scope, now=now)
    part.save(update_fields=["answer", "answered_at", "answered_by", "reason", "again_at"])


def next_erasure(part: ErasurePart, *, now: datetime) -> datetime | None:
    """When something may go that has to stay now."""
    kept = personal_data.holdings(part.request.user, now=now, scope=part.scope)
    return min((holding.until for holding in kept if holding.kept and holding.until), default=None)


@transaction.atomic
def settle(*, request: ErasureRequest, now: datetime) -> bool:
    """Finish a request to which every cohort has answered; whether it is finished now.

    Cohorts that somebody joined after asking are asked as well. When nobody refused, the account is closed.
    """
    held_request = ErasureRequest.objects.select_for_update().select_related("user").get(pk=request.pk)
    if held_request.answered_at is not None:
        return True
    answers = set(held_request.parts.values_list("answer", flat=True))
    if ErasureAnswer.OPEN in answers or _add_parts(held_request, now=now):
        return False
    if ErasureAnswer.REFUSED not in answers:
        if is_only_administrator(held_request.user):
            return False
        close_account(held_request.user, now=now)
    held_request.answered_at = now
    held_request.save(update_fields=["answered_at"])
    return True


def close_account(user: User, *, now: datetime) -> None:
    """Nobody can sign in to it any more, and nothing in it says whose it was: the reference alone stays."""
    _forget_files_and_ways_in(user)
    user.name, user.email = f"({user.ref.upper()})", f"erased-{user.ref}@example.invalid"
    user.set_unusable_password()
    user.is_active = user.is_staff = False
    user.time_zone, user.last_login, user.erased_at = "UTC", None, now
    user.session_epoch += 1
    user.save()
    audit.record(scope=mails.SCOPE, actor=None, verb="people.account-closed", subject=user, now=now)
    erasures.note(ACCOUNT, user.ref, now=now)


def erase_what_is_due(*, now: datetime) -> int:
    """Erase what had to be kept until now; how many cohorts' parts were looked at. Again, it changes nothing."""
    rows = ErasurePart.objects.filter(answer=ErasureAnswer.DONE, again_at__lte=now)
    due = list(rows.select_related("request__user").order_by("pk"))
    for part in due:
        with transaction.atomic():
            personal_data.erase(part.request.user, part.scope, now=now)
            part.again_at = next_erasure(part, now=now)
            part.save(update_fields=["again_at"])
            audit.record(scope=part.scope, actor=None, verb="privacy.erased-later", subject=part, now=now)
    return len(due)


def forget_shells(*, now: datetime) -> int:
    """Blank the last mails to people who were erased, and drop shells on which nothing hangs; how many of those."""
    gone = 0
    for user in User.objects.filter(erased_at__lte=now - SHELL_MAILS).order_by("pk"):
        with transaction.atomic():
            outbox.erase(to_ref=user.ref)
            if not personal_data.rows_naming(user):
                audit.record(scope=mails.SCOPE, actor=None, verb="people.erased", subject=user, now=now)
                user.delete()
                gone += 1
    return gone


def _institutions(user: User) -> QuerySet[Institution]:
    return Institution.objects.filter(programmes__cohorts__memberships__user=user).distinct().order_by("pk")
