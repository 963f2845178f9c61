"""Answers that were spoken, in the words that their writer has confirmed."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import Application
from tremplin.applications.rules.answers import LONGEST, clean, is_empty
from tremplin.applications.rules.form import question_of
from tremplin.applications.services.common import own_locked, refresh, require_not_withdrawn, require_open
from tremplin.core.errors import Invalid
from tremplin.people.models import User


@transaction.atomic
def put_words(
    *, application: Application, question: str, text: str, actor: User, now: datetime
) -> Application:
    """Make `text` the answer to a long question, without holding it to the limit of length.

    Spoken words are more than written ones. As soon as the answer is typed over, the limit counts again.

    Order: permission, the call is open, the answer, columns for lists. Raises NotAllowed, Late, Conflict, Invalid.
    """
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    found = question_of(held.cohort.plan.application, question)
    if found is None or found[1].kind != "long":
        raise Invalid({"text": [_("This question has no long answer.")]})
    value = clean(found[1], text)
    if is_empty(value) or len(value) > LONGEST:
        raise Invalid({"text": [_("This text is too long to be kept. Shorten it and save again.")]})
    held.version += 1
    held.answers[question] = value
    held.aside.pop(question, None)
    held.touched[question] = [held.version, ""]
    held.uncounted = sorted({*held.uncounted, question})
    held.saved_at = now
    columns = refresh(held)
    held.save(update_fields=["answers", "touched", "aside", "uncounted", "version", "saved_at", *columns])
    return held
