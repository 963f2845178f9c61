"""What a call asks, as a plain text that people can keep, print and write into without a line."""

from collections.abc import Callable, Iterator
from textwrap import wrap

from babel import Locale
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.text import say
from tremplin.core.ui.amounts import locale, number
from tremplin.programmes.dates import date_words
from tremplin.programmes.effort import effort_text
from tremplin.programmes.elsewhere import elsewhere
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import EligibilityQuestion, Question

_WIDTH = 78


def as_text(cohort: Cohort) -> str:
    """Every question of the call, in the language of the reader, with limits, hints and examples."""
    plan = cohort.plan
    lines = [
        f"{say(plan.programme.name)} – {cohort.title or cohort.slug}",
        "=" * 40,
        _("Apply until %(date)s.") % {"date": date_words(cohort, cohort.dates["call_closes"])},
        *_wrapped(elsewhere(cohort.dates["call_closes"]).universal, ""),
        *_wrapped(elsewhere(cohort.dates["call_closes"]).anywhere, ""),
        "",
        *_wrapped(_("Applying takes: %(effort)s") % {"effort": effort_text(cohort)}, ""),
        "",
        *_wrapped(
            _(
                "Write your answers between the lines that say so, without a connection if you like, and put an x "
                "between the brackets of what you choose. Leave the lines in double brackets as they are: once you "
                "have begun an application on the web site, you can hand this file in there. It shows which answer "
                "goes where before anything is saved, and counts words and characters as this file says. Or copy "
                "each answer into its box."
            ),
            "",
        ),
        "",
    ]
    if plan.eligibility and plan.runs("eligibility"):
        lines += [_("MAY I APPLY?"), ""]
        for door in plan.eligibility:
            lines += [*_wrapped(f"– {say(door.label)}", "  "), f"  {opens(door)}", ""]
    for page, section in enumerate(plan.application.sections, 1):
        lines += [f"{page}. {say(section.title).upper()}", ""]
        for place, question in enumerate(section.questions, 1):
            lines += [*_question(f"{page}.{place}", question, cohort), ""]
    lines += [_("WHAT REVIEWERS LOOK FOR"), "", *_wrapped(say(plan.application.looks_for), "")]
    return "\n".join(lines) + "\n"


def _question(mark: str, question: Question, cohort: Cohort) -> Iterator[str]:
    yield from _wrapped(f"{mark} {say(question.label)}", "    ")
    if question.help:
        yield from _wrapped(say(question.help), "    ", first="    ")
    notes = [note for note in (limit(question), _condition(question, cohort)) if note]
    notes.insert(0, _("required") if question.required else _("optional"))
    if question.code in cohort.plan.opened:
        notes.append(_("reviewers read it in a second pass only"))
    elif question.identifies or question.names is not None or not question.for_reviewers:
        notes.append(_("organisers alone read it"))
    yield f"    [{'; '.join(notes)}]"
    for label in _choices(question):
        yield from _wrapped(f"( ) {label}", "        ", first="    ")
    if question.example:
        example = _("Example: %(text)s") % {"text": say(question.example)}
        yield from _wrapped(example, "    ", first="    ")
    if question.kind != "file":
        opening, closing = _("Write your answer under this line."), _("Write your answer above this line.")
        yield from ("", f"[[ {mark} {question.code} ]] {opening}", "", f"[[ /{mark} ]] {closing}")


def _choices(question: Question) -> list[str]:
    if question.kind == "yes_no":
        return [_("yes"), _("no")]
    return [say(option.label) for option in question.options]


def limit(question: Question) -> str:
    """How long or how large an answer may be; empty where nothing limits it."""
    if question.max_words:
        return ngettext("at most %(count)s word", "at most %(count)s words", question.max_words) % {
            "count": number(question.max_words)
        }
    if question.max_characters:
        return ngettext(
            "at most %(count)s character", "at most %(count)s characters", question.max_characters
        ) % {"count": number(question.max_characters)}
    if question.kind == "file":
        return _("one file: %(kinds)s, up to %(limit)s MB") % {
            "kinds": ", ".join(kind.upper() for kind in question.files),
            "limit": number(settings.UPLOAD_LIMIT // 1024 // 1024),
        }
    if question.kind == "number":
        return _bounds(question)
    return _OF_A_KIND[question.kind]() if question.kind in _OF_A_KIND else ""


def _bounds(question: Question) -> str:
    least, most = question.minimum, question.maximum
    if least is not None and most is not None:
        return _("a whole number from %(least)s to %(most)s") % {"least": number(least), "most": number(most)}
    if least is not None:
        return _("a whole number, %(least)s or more") % {"least": number(least)}
    if most is not None:
        return _("a whole number, %(most)s or less") % {"most": number(most)}
    return _("a whole number")


_OF_A_KIND: dict[str, Callable[[], str]] = {
    "choices": lambda: _("choose any"),
    "choice": lambda: _("choose one"),
    "yes_no": lambda: _("yes or no"),
    "country": lambda: _("a country, from a list"),
    "date": lambda: _("a day, month and year"),
    "url": lambda: _("a web address"),
    "email": lambda: _("an e-mail address"),
}


def _condition(question: Question, cohort: Cohort) -> str:
    if question.show_if is None:
        return ""
    asked = {earlier.code: earlier for earlier in cohort.plan.application.questions()}
    earlier = asked[question.show_if.question]
    labels = {"yes": _("yes"), "no": _("no")} | {option.code: say(option.label) for option in earlier.options}
    answers = ", ".join(labels.get(answer, answer) for answer in question.show_if.answers)
    return _("only if you answered “%(answer)s” to “%(question)s”") % {
        "answer": answers,
        "question": say(earlier.label),
    }


def opens(question: EligibilityQuestion) -> str:
    """Which answers open a door, in words."""
    if question.kind == "commitments":
        return _free_hours(question)
    if question.kind == "number":
        if question.at_least is not None and question.at_most is not None:
            return _("From %(least)s to %(most)s.") % {
                "least": number(question.at_least),
                "most": number(question.at_most),
            }
        if question.at_least is not None:
            return _("At least %(least)s.") % {"least": number(question.at_least)}
        return _("At most %(most)s.") % {"most": number(question.at_most)}
    if question.kind == "country":
        names = Locale.parse(str(locale())).territories
        refused = ", ".join(sorted(names.get(code, code) for code in question.refuses))
        return _("Anywhere but: %(countries)s.") % {"countries": refused}
    labels = {"yes": _("yes"), "no": _("no")} | {
        option.code: say(option.label) for option in question.options
    }
    answers = [labels[code] for code in question.passes]
    return (
        answers[0].capitalize()
        if len(answers) == 1
        else _("One of: %(answers)s") % {"answers": " · ".join(answers)}
    )


def _free_hours(question: EligibilityQuestion) -> str:
    hours = number(question.at_least or 0)
    if question.weeks is None:
        return _("At least %(hours)s hours a week free in every week of training.") % {"hours": hours}
    return ngettext(
        "At least %(hours)s hours a week free in %(weeks)s week of training.",
        "At least %(hours)s hours a week free in %(weeks)s weeks in a row of training.",
        question.weeks,
    ) % {"hours": hours, "weeks": number(question.weeks)}


def _wrapped(text: str, indent: str, *, first: str = "") -> list[str]:
    lines: list[str] = []
    for position, paragraph in enumerate(text.strip().split("\n")):
        lines += wrap(
            paragraph.strip(),
            _WIDTH,
            initial_indent=first if not position else indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return lines
