"""Housekeeping: secrets, sessions and limits are forgotten when they no longer matter."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from tremplin.core import clock, erasures, limits, partial
from tremplin.core.jobs.task import periodic, task
from tremplin.people import mails
from tremplin.people.models import ApiToken, MailedKey, SignIn
from tremplin.people.rules import KEY_LIFE, TOKEN_KEPT
from tremplin.people.services.entry import blank


@periodic(every=timedelta(minutes=20))
@task(attempts=1)
def tidy() -> None:
    """Empty mails whose keys are too old; a day later forget the keys. Forget sessions that are over,
    tokens that ended a month ago, and uploads that nobody goes on with. Erasures are in their file by now."""
    now = clock.now()
    old = MailedKey.objects.filter(created_at__lt=now - KEY_LIFE)
    blank([mails.key_of(key) for key in old.filter(used_at=None)])
    old.exclude(carried={}).update(carried={})
    old.filter(created_at__lt=now - timedelta(days=1)).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    SignIn.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    ApiToken.objects.filter(expires_at__lt=now - TOKEN_KEPT).delete()
    limits.forget_full(now=now)
    partial.forget_old(now=now)
    erasures.flush()
