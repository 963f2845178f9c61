"""Answering the equality survey. No deed here knows who does it."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import F

from tremplin.equality.models import SpentTicket, Tally
from tremplin.equality.rules import is_open, questions, valid
from tremplin.programmes.models import Cohort

_signer = Signer(salt="tremplin.equality")


def ticket(*, cohort: Cohort) -> str:
    """A word that lets one survey be counted. Random and signed, without a date; nobody notes who got it."""
    return _signer.sign(f"{cohort.ref}.{secrets.token_urlsafe(16)}")


@transaction.atomic
def answer(*, cohort: Cohort, given: Mapping[str, Sequence[str]], ticket: str, now: datetime) -> bool:
    """Count the answers; True when they were counted.

    Nothing is counted after the end, without a good ticket, with a ticket that was used, or when no question
    was answered; none of these is an error to the person, who owes nobody an answer.

    Order: the time, the ticket, the totals. There is no audit event, on purpose: it would say when.
    """
    answers = valid(questions(cohort.profile, cohort.plan.jurisdiction.linked), given)
    if not answers or not cohort.plan.runs("equality") or not is_open(cohort.dates, now):
        return False
    if not _spend(cohort, ticket):
        return False
    rows = [("", ""), *((code, choice) for code, choices in answers.items() for choice in choices)]
    for question, choice in sorted(rows):  # one order for all, so that two at once never wait for each other
        _count(cohort, question, choice)
    return True


def _spend(cohort: Cohort, ticket: str) -> bool:
    """Whether the ticket is of this cohort and was never used; it is used from here on."""
    try:
        word = _signer.unsign(ticket)
    except BadSignature:
        return False
    if not word.startswith(f"{cohort.ref}."):
        return False
    try:
        with transaction.atomic():
            SpentTicket.objects.create(digest=hashlib.sha256(word.encode()).hexdigest())
    except IntegrityError:
        return False
    return True


def _count(cohort: Cohort, question: str, choice: str) -> None:
    row, _created = Tally.objects.get_or_create(cohort_ref=cohort.ref, question=question, answer=choice)
    Tally.objects.filter(pk=row.pk).update(count=F("count") + 1)
