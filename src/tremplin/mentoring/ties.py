"""Whoever mentored somebody does not judge them, nor the other way round, however long ago it was."""

from collections.abc import Collection, Iterator

from django.db.models import Q

from tremplin.mentoring.models import Pairing
from tremplin.review.ties import MENTOR, Tie, register


def _pairs(readers: Collection[int]) -> Iterator[Tie]:
    rows = Pairing.objects.filter(Q(mentor__user__in=readers) | Q(scholar__user__in=readers)).order_by()
    for mentor, scholar in rows.values_list("mentor__user", "scholar__user").distinct():
        yield Tie(mentor, scholar, MENTOR)
        yield Tie(scholar, mentor, MENTOR)


register(_pairs)
