"""What was typed into a form that could not be taken: shown under the names that its page gave it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.utils.encoding import force_str

from tremplin.applications.forms import read_back
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import cohort_and_roles
from tremplin.review.forms import ReviewForm
from tremplin.review.plan import review_plan
from tremplin.training.forms import EntryForm

Row = tuple[str, str]
SECRET = frozenset(
    {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "once", "code", "credential"}
)


def typed(request: HttpRequest) -> list[Row]:
    """The texts of a form that was sent, each with its label, in the order of the page.

    Left out: passwords, tokens and what pages keep for themselves (`_…`). Fields of a form that we do not know here
    are shown under their own names, as words.
    """
    if request.method != "POST":
        return []
    known = list(_known(request))
    names = {name for name, _rows in known}
    rows = [row for _name, found in known for row in found]
    rows += [
        (_as_words(name), value)
        for name, values in request.POST.lists()
        if name not in SECRET | names and not name.startswith("_")
        for value in values
        if isinstance(value, str)
    ]
    return [(label, text) for label, text in rows if text.strip()]


def _as_words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip().capitalize()


def _known(request: HttpRequest) -> Iterator[tuple[str, list[Row]]]:
    """Field by field what the forms of the house have to say; nothing for an address that has no such form."""
    match = request.resolver_match
    reader = _READERS.get(match.view_name) if match else None
    cohort = _cohort_of(request) if reader else None
    if match and reader and cohort:
        yield from reader(cohort, match.kwargs, request.POST)


def _cohort_of(request: HttpRequest) -> Cohort | None:
    """The cohort of the address, even where the request was refused before its door."""
    found: Cohort | None = getattr(request, "cohort", None)
    if found is None and request.resolver_match:
        words = [request.resolver_match.kwargs.get(key, "") for key in ("institution", "programme", "cohort")]
        found = cohort_and_roles(None, *words)[0]
    return found


def _section(cohort: Cohort, words: Mapping[str, Any], post: QueryDict) -> Iterator[tuple[str, list[Row]]]:
    section = next(
        (one for one in cohort.plan.application.sections if one.code == words.get("section")), None
    )
    return iter(read_back(section.questions, post) if section else ())


def _journal(_cohort: Cohort, _words: Mapping[str, Any], post: QueryDict) -> Iterator[tuple[str, list[Row]]]:
    return _fields(EntryForm(post), post)


def _review(cohort: Cohort, _words: Mapping[str, Any], post: QueryDict) -> Iterator[tuple[str, list[Row]]]:
    yield from _fields(ReviewForm(review_plan(cohort), post), post)
    yield from ((name, []) for name in ("shown", "at", "version", "do"))  # the page's own, not typed


def _fields(form: BaseForm, post: QueryDict) -> Iterator[tuple[str, list[Row]]]:
    """What came for each field, choices by their labels. Hidden fields are the page's own."""
    for field in form:
        labels = {force_str(code): force_str(label) for code, label in getattr(field.field, "choices", ())}
        rows = [(force_str(field.label), labels.get(text, text)) for text in post.getlist(field.name)]
        yield field.name, [] if field.is_hidden else rows


_READERS: dict[str, Callable[[Cohort, Mapping[str, Any], QueryDict], Iterator[tuple[str, list[Row]]]]] = {
    "applications:section": _section,
    "review:read": _review,
    "training:write": _journal,
}
