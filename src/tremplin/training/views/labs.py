"""Pages of labs: week by week, one with its notes and the place to hand in, its file and its drawings."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tremplin.core.errors import NotAllowed
from tremplin.core.pages import paginate
from tremplin.core.text import say
from tremplin.core.ui.posting import status_of
from tremplin.core.ui.typed import typed_into
from tremplin.curriculum import notes, units
from tremplin.grader import Lab
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.training import forms, queries
from tremplin.training.models import SubmissionState
from tremplin.training.states import SUBMISSION
from tremplin.training.views.submissions import hand_in

TRIES_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Week:
    """The labs of one week of the curriculum, under what the week is about."""

    number: int
    about: str
    lines: list[queries.LabLine]

    @property
    def passed(self) -> int:
        return sum(line.best == 1 for line in self.lines)

    @property
    def name(self) -> str:
        """“Week 4: Attention and the transformer”, or the number alone."""
        if not self.about:
            return _("Week %(number)s") % {"number": self.number}
        return _("Week %(number)s: %(about)s") % {"number": self.number, "about": self.about}


def labs(request: CohortRequest) -> HttpResponse:
    """The labs of the programme week by week, and how far one has come, drawn and in figures."""
    row = queries.own_scholar(request.user, request.cohort)
    lines = (
        queries.lab_lines(row)
        if row
        else [queries.LabLine(lab, None, 0) for lab in queries.offered_labs(request.cohort)]
    )
    weeks = _weeks(lines)
    context = {
        "weeks": weeks,
        "own": row is not None,
        "passed": sum(week.passed for week in weeks),
        "total": len(lines),
    }
    return render(request, "training/labs.html", context)


def _weeks(lines: list[queries.LabLine]) -> list[Week]:
    about = {unit.week: say(unit.title) for unit in reversed(units.units())}
    numbers = sorted({line.lab.week for line in lines})
    return [
        Week(number, about.get(number, ""), [line for line in lines if line.lab.week == number])
        for number in numbers
    ]


@typed_into
def lab(request: CohortRequest, code: str) -> HttpResponse:
    """One lab: its notes, the file to start from, and handing in."""
    found = _lab(request, code)
    row = queries.own_scholar(request.user, request.cohort)
    if request.method == "POST":
        if row is None:
            raise NotAllowed(_("Only the scholar can do this."))
        form = forms.SubmissionForm(request.POST, request.FILES)
        response = hand_in(request, row, found, form)
        if response is not None:
            return response
    else:
        draft = queries.draft_of(row, code)
        begun = draft.code if draft else queries.latest_code(row, code) or found.stub
        form = forms.SubmissionForm(initial={"code": begun, "version": draft.version if draft else 0})
    context = {
        "lab": found,
        "notes": mark_safe(_notes(request, found)),  # noqa: S308 - the curriculum's own text, rendered without raw HTML
        "form": form,
        "own": row is not None,
    }
    if row is not None:
        tries = queries.own_submissions(row).filter(lab=code).defer("code", "report")
        page = paginate(tries, request, size=TRIES_A_PAGE)
        states = [(entry, SUBMISSION[SubmissionState(entry.state)]) for entry in page.object_list]
        context |= {"page": page, "tries": states, "best": queries.best_result(row, code)}
    return render(request, "training/lab.html", context, status=status_of(form))


def _notes(request: CohortRequest, found: Lab) -> str:
    language = (get_language() or "en").split("-")[0]
    return notes.render(
        found.notes(language),
        figure_url=lambda name: cohort_url(request.cohort, "training:figure", code=found.code, drawing=name),
        figure_size=found.figure_size,
    )


def stub(request: CohortRequest, code: str) -> HttpResponse:
    """The file to start from."""
    response = HttpResponse(_lab(request, code).stub, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}.py"'
    return response


def figure(request: CohortRequest, code: str, drawing: str) -> HttpResponse:
    """A drawing of a lab's notes."""
    try:
        content = _lab(request, code).figure(drawing)
    except KeyError:
        raise Http404 from None
    response = HttpResponse(content, content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _lab(request: CohortRequest, code: str) -> Lab:
    found = queries.offered_lab(request.cohort, code)
    if found is None:
        raise Http404
    return found
