"""Erasures that a backup does not know of, done again: accounts, and what one cohort kept about a person."""

from datetime import datetime

from tremplin.core import audit, clock, erasures
from tremplin.core.outbox import services as outbox
from tremplin.people import mails, personal_data
from tremplin.people.models import ErasureAnswer, ErasurePart, ErasureRequest, User
from tremplin.people.services import erasure

BY_RESTORE = "restore"  # who answered for the cohort, in the place of a reference


def _account(ref: str, _scope: str, at: datetime) -> bool:
    """The account, and whatever the backup brought back of its person in any cohort."""
    user = User.objects.select_for_update().filter(ref=ref, erased_at=None).first()
    if user is None:
        return False
    now = clock.now()
    for scope in sorted({held.scope for held in personal_data.holdings(user, now=now)}):
        _cohort(ref, scope, at)
    _log(user, now)
    if erasure.reasons_to_stay(user):
        ErasureRequest.objects.filter(user=user, answered_at=None).update(answered_at=now)
        erasure.close_account(user, now=now)
    else:
        erasure.erase(user=user, now=now)
    return True


def _cohort(ref: str, scope: str, at: datetime) -> bool:
    """What one cohort kept; what must stay is erased later by itself, as after the first time."""
    user = User.objects.select_for_update().filter(ref=ref).first()
    parts = ErasurePart.objects.filter(request__user=user, scope=scope)
    if user is None or parts.filter(answer=ErasureAnswer.DONE).exists():
        return False
    now = clock.now()
    personal_data.erase(user, scope, now=now)
    outbox.erase(to_ref=user.ref, scope=scope)
    part = parts.filter(answer=ErasureAnswer.OPEN).first() or _answered(user, scope, at)
    part.request.user = user
    erasure.close_part(part, ErasureAnswer.DONE, actor=BY_RESTORE, now=now)
    _log(user, now)
    return True


def _answered(user: User, scope: str, at: datetime) -> ErasurePart:
    request = erasure.open_request(user)
    if request is None:
        request = ErasureRequest.objects.create(user=user, created_at=at, answered_at=at)
    title = personal_data.titles({scope}).get(scope, scope)
    return ErasurePart.objects.create(request=request, scope=scope, title=title[:300], created_at=at)


def _log(user: User, now: datetime) -> None:
    audit.record(scope=mails.SCOPE, actor=None, verb="people.erased-again", subject=user, now=now)


def _people() -> list[str]:
    return list(User.objects.values_list("ref", flat=True))


erasures.register(erasure.ACCOUNT, erasures.Repeater(_people, _account))
erasures.register(erasure.COHORT, erasures.Repeater(_people, _cohort))
