"""What the pages of first reads begin with."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from tremplin.first_reads import queries
from tremplin.first_reads.models import FirstReads, Piece
from tremplin.programmes.http import CohortRequest


def opened_or_404(request: CohortRequest) -> FirstReads:
    """The set that is open or was. Raises Http404."""
    found = queries.set_of(request.cohort)
    if found is None or found.opened_at is None:
        raise Http404
    return found


def piece_or_404(found: FirstReads, ref: str) -> Piece:
    return get_object_or_404(queries.pieces_of(found), ref=ref)


def number_of(found: FirstReads, piece: Piece) -> int:
    """Which one it is in the set, from 1."""
    return queries.pieces_of(found).filter(pk__lte=piece.pk).count()
