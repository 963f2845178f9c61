"""Whoever was a scholar beside somebody does not judge them: they worked side by side for months."""

from collections.abc import Collection, Iterator

from tremplin.review.ties import PEER, Tie, register
from tremplin.selection.models import Scholar


def _peers(readers: Collection[int]) -> Iterator[Tie]:
    own = Scholar.objects.filter(user__in=readers).order_by()
    rows = own.values_list("user", "cohort__scholars__user").distinct()
    for reader, other in rows:
        if reader != other:
            yield Tie(reader, other, PEER)


register(_peers)
