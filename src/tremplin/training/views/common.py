"""What pages of training share."""

from django.http import Http404

from tremplin.programmes.http import CohortRequest
from tremplin.selection.models import Scholar
from tremplin.training import queries


def own_scholar(request: CohortRequest) -> Scholar:
    """The signed-in scholar. Raises Http404 for anybody else."""
    scholar = queries.own_scholar(request.user, request.cohort)
    if scholar is None:
        raise Http404
    return scholar
