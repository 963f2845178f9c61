"""Everything that is kept about a person and that they may see, as one readable JSON document."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator

from tremplin.core.models import AuditEvent, StoredFile
from tremplin.core.outbox.queries import sent_to
from tremplin.people import personal_data
from tremplin.people.models import User

FORMAT = "tremplin-person/1"


def document(user: User, *, now: datetime) -> dict[str, Any]:
    """The export. What other people wrote about the person in confidence is counted, not shown."""
    told = {keeping.app: keeping.export(user) for keeping in personal_data.keepings()}
    untold = {
        label: count
        for label, count in personal_data.rows_naming(user).items()
        if not personal_data.declared(label.split(".", maxsplit=1)[0])
    }
    return {
        "format": FORMAT,
        "made_at": now,
        "account": _account(user),
        "signed_in": list(user.sign_ins.order_by("pk").values("created_at", "device", "way")),
        "api_tokens": list(
            user.api_tokens.order_by("pk").values(
                "created_at", "name", "scope", "submits", "expires_at", "last_used_at"
            )
        ),
        "consents": list(
            user.consents.order_by("pk").values(
                "created_at", "purpose", "about", "given", "text", "version", "language", "digest"
            )
        ),
        "erasure_requests": list(
            user.erasure_requests.order_by("pk").values(
                "created_at",
                "answered_at",
                "taken_back",
                "reasons",
                "parts__title",
                "parts__answer",
                "parts__reason",
            )
        ),
        "mails": list(sent_to(user.ref).values("sent_at", "to", "language", "kind", "subject", "body")),
        "files": list(
            StoredFile.objects.filter(owner_ref=user.ref)
            .order_by("pk")
            .values("ref", "created_at", "given_name", "kind", "size", "sha256")
        ),
        "deeds": list(
            AuditEvent.objects.filter(actor=user.ref)
            .order_by("at", "pk")
            .values("at", "scope", "verb", "subject_type", "subject_ref")
        ),
        **told,
        "also_held": untold,
    }


def _account(user: User) -> dict[str, Any]:
    ways = Authenticator.objects.filter(user=user).order_by("pk")
    return {
        "reference": user.ref,
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "time_zone": user.time_zone,
        "created_at": user.created_at,
        "last_signed_in_at": user.last_login,
        "administrator": user.is_staff,
        "password": user.has_usable_password(),
        "other_ways_to_sign_in": [
            {"kind": way.type, "created_at": way.created_at, "last_used_at": way.last_used_at} for way in ways
        ],
    }
