"""Leaving. An account that nothing hangs on goes at once; for the rest a person who can decide is asked."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import audit
from tremplin.core.errors import Conflict
from tremplin.core.models import StoredFile
from tremplin.core.outbox import services as outbox
from tremplin.people import mails, personal_data
from tremplin.people.models import ErasureRequest, Institution, MailedKey, User


def reasons_to_stay(user: User) -> list[str]:
    """Why the account cannot be erased at once, in sentences for its owner; empty when it can."""
    told = [str(reason) for keeping in personal_data.keepings() for reason in keeping.reasons(user)]
    untold = [
        _untold(label.split(".", maxsplit=1)[0], count)
        for label, count in personal_data.rows_naming(user).items()
        if not personal_data.declared(label.split(".", maxsplit=1)[0])
    ]
    if user.is_staff and not User.objects.filter(is_staff=True, is_active=True).exclude(pk=user.pk).exists():
        untold.append(_("You are the only administrator of this site."))
    return told + untold


def _untold(app: str, count: int) -> str:
    text = ngettext("%(n)s record of “%(room)s” names you.", "%(n)s records of “%(room)s” name you.", count)
    return text % {"n": count, "room": personal_data.room_name(app)}


@transaction.atomic
def erase(*, user: User, now: datetime) -> None:
    """Erase an account that nothing hangs on.

    Order: the reasons, looked at anew; what mails said, files, sessions; the audit event, which knows the
    reference alone; the person. Raises Conflict when something hangs on the account after all.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if reasons := reasons_to_stay(user):
        raise Conflict(_("Your account cannot be erased at once."), " ".join(reasons))
    outbox.erase(to_ref=user.ref)
    files = StoredFile.objects.filter(owner_ref=user.ref)
    paths = list(files.values_list("path", flat=True))
    files.delete()
    Session.objects.filter(session_key__in=user.sign_ins.values("session_key")).delete()
    MailedKey.objects.filter(address=user.email).delete()
    audit.record(scope=mails.SCOPE, actor=user.ref, verb="people.erased", subject=user, now=now)
    user.delete()
    transaction.on_commit(lambda: _delete_files(paths))


def _delete_files(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)


@transaction.atomic
def ask_to_be_erased(*, user: User, now: datetime) -> ErasureRequest:
    """Ask the institutions that hold records to decide; asking twice changes nothing.

    Order: the request with its reasons, the audit event, a mail to the contact of each institution.
    """
    asked = open_request(user)
    if asked is not None:
        return asked
    request = ErasureRequest.objects.create(user=user, reasons=reasons_to_stay(user), created_at=now)
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


def open_request(user: User) -> ErasureRequest | None:
    """The request that waits for an answer, if any."""
    return user.erasure_requests.filter(answered_at=None).first()


def _institutions(user: User) -> QuerySet[Institution]:
    return Institution.objects.filter(programmes__cohorts__memberships__user=user).distinct().order_by("pk")
