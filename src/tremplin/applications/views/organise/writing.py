"""Writing to many: whom, what, and then the batch, where every single mail can be read before it leaves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.applications import queries, services
from tremplin.applications.forms_board import LetterForm, filter_words, placeholders
from tremplin.applications.models import ApplicationState, Letter
from tremplin.applications.queries.board import MOST_CHOSEN
from tremplin.applications.views.organise.board import board_form
from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.pages import paginate
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.core.ui.typed import typed_into
from tremplin.programmes import mail
from tremplin.programmes.http import CohortRequest, cohort_url


def choice_in(request: CohortRequest, given: QueryDict) -> queries.Choice:
    """The rows that were ticked; or, where all of a filter are meant, the filter."""
    refs = tuple(given.getlist("rows"))[:MOST_CHOSEN] if given.get("whom") != "all" else ()
    return queries.Choice(board_form(request, given).filters, refs)


@typed_into
def write(request: CohortRequest) -> HttpResponse:
    """One letter in every language of the programme. It waits in the outbox until somebody releases it there."""
    cohort, now = request.cohort, clock.now()
    again = _waiting(request)
    given = request.POST if request.method == "POST" else request.GET
    choice = _choice_of(again) if again else choice_in(request, given)
    if request.method == "POST":
        form = LetterForm(request.POST, cohort=cohort)
        form.is_valid()
        try:
            batch = services.prepare_letter(
                cohort=cohort,
                actor=request.user,
                choice=choice,
                subject=form.texts("subject", request.POST),
                body=form.texts("body", request.POST),
                now=now,
                once=request.POST.get("once", ""),
                instead_of=again.batch if again else None,
            )
        except Invalid as fault:
            for field, texts in fault.errors.items():
                form.add_error(field, texts)
            return _page(request, form, choice, again, status=422)
        messages.success(request, _("Prepared. Nothing has left: read the mails, then release them here."))
        return HttpResponseRedirect(cohort_url(cohort, "programmes:batch", ref=batch.ref))
    return _page(
        request, LetterForm(initial=_first_words(request, choice, again), cohort=cohort), choice, again
    )


def _waiting(request: CohortRequest) -> Letter | None:
    """The letter whose text is to be changed, while it waits."""
    ref = request.GET.get("again") or request.POST.get("again") or ""
    if not ref:
        return None
    found = services.letter_of(request.cohort, ref)
    if found is None:
        raise Http404
    return found


def _choice_of(letter: Letter) -> queries.Choice:
    return queries.Choice(queries.BoardFilters.of(letter.filters), tuple(letter.rows))


def _first_words(request: CohortRequest, choice: queries.Choice, again: Letter | None) -> dict[str, str]:
    """What stands in the boxes: the letter that is changed, or for drafts the programme's own reminder."""
    words: dict[str, Any] = {}
    if again:
        words = again.texts
    elif choice.filters.state == ApplicationState.DRAFT:
        text = mail.text(request.cohort, "draft-reminder")
        words = {"subject": text.subject, "body": text.body}
    return {
        f"{field}_{language}": say(text, language)
        for field, text in words.items()
        for language in request.cohort.plan.programme.languages
    }


def _page(
    request: CohortRequest,
    form: LetterForm,
    choice: queries.Choice,
    again: Letter | None,
    status: int = 200,
) -> HttpResponse:
    cohort, now = request.cohort, clock.now()
    found = services.recipients(cohort=cohort, actor=request.user, choice=choice, now=now)
    page = paginate(found, request)
    many = page.paginator.count
    languages = {}
    for row in page.object_list:
        languages[row.pk] = mail.language_of(cohort, row.applicant)
    context = {
        "form": form,
        "again": again,
        "page": page,
        "many": many,
        "rows": [(row, languages[row.pk]) for row in page.object_list],
        "filters": filter_words(cohort, choice.filters.given, queries.labels(cohort)),
        "hidden": _hidden(choice),
        "drafts": choice.filters.state == ApplicationState.DRAFT and not choice.refs,
        "placeholders": placeholders(),
        "sentence": ngettext(
            "%(count)s person would get this letter.", "%(count)s people would get this letter.", many
        )
        % {"count": number(many, 0)},
    }
    return render(request, "applications/write.html", context, status=status)


def _hidden(choice: queries.Choice) -> list[tuple[str, str]]:
    """Whom it is for, as fields of the form."""
    if choice.refs:
        return [("rows", ref) for ref in choice.refs]
    return list(choice.filters.given.items())
