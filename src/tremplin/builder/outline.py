"""The form as a list: each section, question and door with what an organiser wants to see at a glance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.builder.models import Unfinished
from tremplin.builder.rules.completeness import lacking
from tremplin.builder.rules.words import condition, kind_words
from tremplin.core.text import language_name, say
from tremplin.core.ui.amounts import number
from tremplin.programmes.questions import limit, opens
from tremplin.programmes.schema import Plan, Question


@dataclass(frozen=True, slots=True)
class Row:
    """One item. `lines`: what it asks for, in words."""

    kind: str
    code: str
    label: str
    lines: list[str]
    condition: str = ""
    answered: int = 0
    """How many people have answered it."""
    unfinished: list[Unfinished] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    first: bool = False
    last: bool = False

    @property
    def item(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section with its questions; `waiting` are questions that are still to be added to it."""

    row: Row
    lead: str
    questions: list[Row]
    waiting: list[Unfinished]


Beside = Mapping[str, Sequence[Unfinished]]
_DECLARES = {
    "school": gettext_lazy("names a school"),
    "employer": gettext_lazy("names an employer"),
    "town": gettext_lazy("names a town"),
}


def by_item(rows: Sequence[Unfinished]) -> dict[str, list[Unfinished]]:
    found: dict[str, list[Unfinished]] = {}
    for row in rows:
        found.setdefault(row.place, []).append(row)
    return found


def sections(plan: Plan, beside: Beside, answered: Mapping[str, int]) -> list[SectionRow]:
    """The pages of the form; `answered`: how many people have answered each question."""
    form = plan.application
    total = len(form.questions())
    found: list[SectionRow] = []
    passed = 0
    for page, section in enumerate(form.sections):
        rows = []
        for place, question in enumerate(section.questions):
            at = passed + place
            row = _question(plan, question, beside, first=not at, last=at == total - 1)
            rows.append(replace(row, answered=answered.get(question.code, 0)))
        passed += len(rows)
        many = ngettext("%(count)s question", "%(count)s questions", len(rows)) % {"count": number(len(rows))}
        head = _row(
            "section",
            section.code,
            say(section.title),
            [many],
            plan,
            beside,
            first=not page,
            last=page == len(form.sections) - 1,
        )
        lead = say(section.lead) if section.lead else ""
        found.append(SectionRow(head, lead, rows, list(beside.get(f"new-question:{section.code}", []))))
    return found


def stands(plan: Plan, kind: str, code: str) -> str:
    """Where an item of a list stands, in words; empty for one that is not there."""
    for section in plan.application.sections:
        codes = [question.code for question in section.questions]
        if kind == "question" and code in codes:
            return _("It is now question %(place)s of %(all)s in “%(section)s”.") % {
                "place": number(codes.index(code) + 1),
                "all": number(len(codes)),
                "section": say(section.title),
            }
    lists: Mapping[str, list[str]] = {
        "section": [section.code for section in plan.application.sections],
        "door": [door.code for door in plan.eligibility],
        "criterion": [criterion.code for criterion in plan.review.criteria] if plan.review else [],
    }
    codes = lists.get(kind, [])
    if code not in codes:
        return ""
    place = {"place": number(codes.index(code) + 1), "all": number(len(codes))}
    return _("It is now number %(place)s of %(all)s.") % place


def doors(plan: Plan, beside: Beside) -> list[Row]:
    last = len(plan.eligibility) - 1
    return [
        _row(
            "door",
            door.code,
            say(door.label),
            [kind_words(door.kind), opens(door), *([] if door.rationale else [_("no reason yet")])],
            plan,
            beside,
            first=not place,
            last=place == last,
        )
        for place, door in enumerate(plan.eligibility)
    ]


def about(plan: Plan, beside: Beside) -> Row:
    """The form as a whole."""
    minutes = plan.application.minutes
    line = ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": number(minutes)}
    return _row("form", "form", _("What reviewers look for, and how long it takes"), [line], plan, beside)


def reading(plan: Plan, beside: Beside) -> Row | None:
    """How what was sent is read; None where nothing is."""
    review = plan.review
    if review is None or not plan.runs("review"):
        return None
    lines = [
        ngettext("%(count)s read of each", "%(count)s reads of each", review.reads)
        % {"count": number(review.reads)},
        ngettext("%(count)s minute a read", "%(count)s minutes a read", review.minutes)
        % {"count": number(review.minutes)},
    ]
    return _row("reading", "reading", _("The guide for reviewers"), lines, plan, beside)


def criteria(plan: Plan, beside: Beside) -> list[Row]:
    """The rubric."""
    found = plan.review.criteria if plan.review and plan.runs("review") else []
    last = len(found) - 1
    return [
        _row(
            "criterion",
            criterion.code,
            say(criterion.label),
            [
                ngettext("%(count)s level", "%(count)s levels", len(criterion.levels))
                % {"count": number(len(criterion.levels))},
                _("weight %(weight)s") % {"weight": number(criterion.weight)},
                *([] if criterion.rationale else [_("no reason yet")]),
            ],
            plan,
            beside,
            first=not place,
            last=place == last,
        )
        for place, criterion in enumerate(found)
    ]


def _question(plan: Plan, question: Question, beside: Beside, *, first: bool, last: bool) -> Row:
    lines = [kind_words(question.kind), _("required") if question.required else _("optional")]
    if question.kind in {"short", "long", "number", "file"} and (text := limit(question)):
        lines.append(text)
    if question.options:
        count = len(question.options)
        lines.append(ngettext("%(count)s answer", "%(count)s answers", count) % {"count": number(count)})
    if question.names in _DECLARES:
        lines.append(str(_DECLARES[question.names]))
    elif question.identifies or question.names is not None:
        lines.append(_("names the person"))
    elif not question.for_reviewers:
        lines.append(_("for organisers alone"))
    if question.attribute:
        lines.append(_("guarded: %(attribute)s") % {"attribute": question.attribute})
    row = _row("question", question.code, say(question.label), lines, plan, beside, first=first, last=last)
    return replace(row, condition=condition(plan.application, question))


def _row(
    kind: str,
    code: str,
    label: str,
    lines: list[str],
    plan: Plan,
    beside: Beside,
    *,
    first: bool = False,
    last: bool = False,
) -> Row:
    kept = list(beside.get(f"{kind}:{code}", []))
    missing = [language for row in kept for language in lacking(row.values, plan.programme.languages)]
    names = [language_name(language) for language in dict.fromkeys(missing)]
    return Row(kind, code, label, lines, unfinished=kept, lacking=names, first=first, last=last)
