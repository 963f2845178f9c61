"""Tokens with which programs ask in a person's name: made, used, revoked."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import audit, limits, once
from tremplin.core.errors import Conflict, Invalid
from tremplin.people import keys, mails, queries
from tremplin.people.models import ApiToken, User
from tremplin.people.rules import (
    MOST_TOKENS,
    REQUESTS_OF_A_TOKEN,
    TOKEN_DAYS,
    TOKEN_PREFIX,
    TOKEN_USE_KNOWN,
)
from tremplin.people.services.account import tell


@transaction.atomic
def make_token(
    *, user: User, name: str, scope: str, days: int, now: datetime, submits: bool = False, key: str = ""
) -> tuple[ApiToken, str] | None:
    """A new token and its secret, which nobody can show again. None when this form was sent before.

    Order: once; how many there are, the scope among the person's own cohorts; the row with the hash; the audit event
    and a mail to its owner, who may not have made it. Raises Invalid, Conflict.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if not once.first(key and f"api-token:{user.ref}:{key}", now=now):
        return None
    name = " ".join(name.split())
    _check(user, name, scope, days, now)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scope=scope,
        submits=submits,
        secret_hash=keys.link_hash(secret),
        expires_at=now + timedelta(days=days),
        created_at=now,
    )
    tell(user, "token-made", now=now)
    return token, secret


def _check(user: User, name: str, scope: str, days: int, now: datetime) -> None:
    if not name:
        raise Invalid({"name": [_("Give the token a name, so that you know it again.")]})
    if len(name) > 80:
        raise Invalid({"name": [_("At most 80 characters.")]})
    if days not in TOKEN_DAYS:
        raise Invalid({"days": [_("Choose for how long from the list.")]})
    if scope and scope not in _scopes(user):
        raise Invalid({"scope": [_("Choose one of your cohorts from the list.")]})
    if queries.api_tokens(user).filter(expires_at__gt=now).count() >= MOST_TOKENS:
        raise Conflict(
            _("You have %(most)s tokens, which is as many as one person may have.") % {"most": MOST_TOKENS},
            _("Revoke one that you no longer need."),
        )


def _scopes(user: User) -> Collection[str]:
    return {row.cohort.scope for row in queries.roles_held(user)}


@transaction.atomic
def revoke_token(*, user: User, ref: str, now: datetime) -> bool:
    """End a token at once. False if it is not theirs, or was revoked before."""
    token = ApiToken.objects.filter(user=user, ref=ref).first()
    if token is None:
        return False
    token.delete()
    audit.record(scope=mails.SCOPE, actor=user.ref, verb="people.token-revoked", subject=user, now=now)
    return True


def bearer(secret: str, *, now: datetime) -> ApiToken | None:
    """The live token with this secret, with its owner; None for one that is unknown, over, or of a closed account."""
    if not secret.startswith(TOKEN_PREFIX):
        return None
    rows = ApiToken.objects.select_related("user").filter(secret_hash=keys.link_hash(secret))
    return rows.filter(expires_at__gt=now, user__is_active=True).first()


def count_use(token: ApiToken, *, now: datetime) -> timedelta:
    """Count a request of `token`, and keep when; zero, or how long until it may ask again."""
    wait = limits.take(REQUESTS_OF_A_TOKEN, token.ref, now=now)
    if not wait and (token.last_used_at is None or now - token.last_used_at >= TOKEN_USE_KNOWN):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return wait
