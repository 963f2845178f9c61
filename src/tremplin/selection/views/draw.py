"""The draw, for everybody to check."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.methods import lottery
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.selection import queries, services
from tremplin.selection.explaining import chance_words


def page(request: CohortRequest) -> HttpResponse:
    """Commitment, secret, entries and order; how to check them without trusting us."""
    found = queries.public_draw(request.cohort)
    opened = found is not None and bool(found.file)
    result = lottery.loads(found.file) if found is not None and opened else None
    context = {
        "draw": found,
        "result": result,
        "lines": _lines(result) if result else [],
        "uneven": result is not None and bool(result.listing.chances),
        "holds": found is not None and result is not None and _holds(found),
        "organiser": Role.ORGANISER in request.roles,
        "runs": request.cohort.plan.runs("selection"),
    }
    return render(request, "selection/draw.html", context)


def _lines(result: lottery.Draw) -> list[tuple[str, str]]:
    return [(code, chance_words(float(result.probabilities[code]))) for code in result.order]


def _holds(found: queries.PublicDraw) -> bool:
    """The draw is what was promised, and made from the list whose SHA-256 was public before."""
    return lottery.verify(found.file, published=found.commitment, listed=found.listed)


def commit(request: CohortRequest) -> HttpResponse:
    """Publish the commitment to a secret that nobody sees before decisions are final."""
    services.commit_draw(cohort=request.cohort, actor=request.user, now=clock.now())
    messages.success(request, _("The commitment is published. The secret stays sealed."))
    return HttpResponseRedirect(cohort_url(request.cohort, "selection:draw"))


def file(request: CohortRequest) -> HttpResponse:
    """The file of the draw, byte for byte as it was made."""
    found = queries.public_draw(request.cohort)
    if found is None or not found.file:
        raise Http404
    answer = HttpResponse(found.file, content_type="application/json")
    name = f"{request.cohort.programme.slug}-{request.cohort.slug}-draw.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
