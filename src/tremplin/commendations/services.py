"""Making a note that one can show, and taking it back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.commendations import queries
from tremplin.commendations.models import Commendation
from tremplin.commendations.purposes import NOTE
from tremplin.core.errors import Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.people.services import consents
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort

LONGEST_NAME = 200


@transaction.atomic
def publish(*, cohort: Cohort, actor: User, name: str, now: datetime) -> Commendation:
    """Make the public page, or give the one there is another name. Its address stays.

    Order: they came near; the name; the page; the consent; the audit event. Raises NotAllowed, Invalid for the name.
    """
    found, kept = queries.possible(actor, cohort), queries.own(actor, cohort)
    if found is None and kept is None:
        raise NotAllowed(_("There is no note of this kind for you."))
    shown = " ".join(name.split())
    if not shown:
        raise Invalid({"name": [_("Write the name that the page shows.")]})
    if len(shown) > LONGEST_NAME:
        raise Invalid({"name": [_("Shorten the name to %(most)s characters.") % {"most": LONGEST_NAME}]})
    if kept is not None and kept.name == shown:
        return kept
    row, _new = Commendation.objects.select_for_update().update_or_create(
        cohort=cohort,
        user=actor,
        defaults={"name": shown},
        create_defaults={
            "name": shown,
            "figures": found.as_dict() if found else {},
            "created_at": now,
        },
    )
    consents.give(user=actor, purpose=NOTE, about=row.ref, now=now)
    log(cohort=cohort, actor=actor, verb="commendations.published", subject=row, now=now)
    return row


@transaction.atomic
def take_back(*, note: Commendation, actor: User, now: datetime) -> None:
    """The page is gone at once, and the word is taken back. Raises NotAllowed for anybody but the person."""
    if note.user_id != actor.pk:
        raise NotAllowed(_("This note belongs to somebody else."))
    log(cohort=note.cohort, actor=actor, verb="commendations.taken-back", subject=note, now=now)
    ref = note.ref
    note.delete()
    consents.refuse(user=actor, purpose=NOTE, about=ref, now=now)
