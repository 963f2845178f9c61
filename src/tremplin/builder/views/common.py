"""What several pages need."""

from dataclasses import dataclass
from functools import cached_property
from typing import cast
from urllib.parse import urlencode

from django.http import Http404

from tremplin.builder import queries
from tremplin.builder.edits import LISTED, MODELS, Form, Kind, plan_of
from tremplin.builder.models import WorkingCopy
from tremplin.core.text import whole
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import Plan


@dataclass
class Draft:
    """The form as organisers have it before them: the working copy, or the file in force while there is none."""

    copy: WorkingCopy | None
    text: str

    @property
    def number(self) -> int:
        return self.copy.number if self.copy else 0

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.text)

    @cached_property
    def form(self) -> Form:
        return Form(self.text)


def draft_of(request: CohortRequest) -> Draft:
    copy = queries.working_copy(request.cohort, request.user)
    return Draft(copy, copy.text if copy else request.cohort.version.text)


def kind_or_404(kind: str) -> Kind:
    """A kind of item that can be edited."""
    if kind not in MODELS:
        raise Http404
    return cast(Kind, kind)


def listed_or_404(kind: str) -> Kind:
    """A kind of which there may be several, so that one can be added, moved, copied and deleted."""
    if kind not in LISTED:
        raise Http404
    return kind


def moved_to(cohort: Cohort, deed: str, kind: str, code: str) -> str:
    """The list, with the eye and the keyboard on what was moved, and the words for where it stands."""
    return f"{cohort_url(cohort, 'builder:form')}?{urlencode({'at': f'{deed}:{kind}:{code}'})}"


def seen_in(request: CohortRequest) -> int:
    """The number of the working copy that the page showed."""
    return whole(request.POST.get("seen"), -1)
