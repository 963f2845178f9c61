"""Questions of a form in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.programmes.questions import limit
from tremplin.programmes.schema import ApplicationForm, Question

KIND_NAMES: dict[str, Message] = {
    "short": gettext_lazy("A short text, one line"),
    "long": gettext_lazy("A long text"),
    "choice": gettext_lazy("One of several answers"),
    "choices": gettext_lazy("Any of several answers"),
    "yes_no": gettext_lazy("Yes or no"),
    "number": gettext_lazy("A whole number"),
    "url": gettext_lazy("A web address"),
    "email": gettext_lazy("A mail address"),
    "date": gettext_lazy("A day"),
    "country": gettext_lazy("A country"),
    "file": gettext_lazy("A file"),
}
DOOR_NAMES: dict[str, Message] = {
    **KIND_NAMES,
    "commitments": gettext_lazy("Hours left beside work, study and care"),
}


def kind_words(kind: str) -> str:
    return str(DOOR_NAMES[kind])


def yes_or_no(value: bool) -> str:
    return pgettext("answer", "Yes") if value else pgettext("answer", "No")


def answer_labels(question: Question) -> dict[str, str]:
    """Each answer of a closed question, by its code; none for a question of another kind."""
    if question.kind == "yes_no":
        return {"yes": yes_or_no(True), "no": yes_or_no(False)}
    return {option.code: say(option.label) for option in question.options}


def rule_of(question: Question) -> str:
    """What an answer must keep to, in words."""
    return limit(question) or _("no limit of its own")


def rules_of(was: Question | None, is_: Question) -> str:
    """What an answer had to keep to before a change, and what after it."""
    before = rule_of(was) if was else "–"
    return _("before: %(before)s; now: %(now)s") % {"before": before, "now": rule_of(is_)}


def condition(form: ApplicationForm, question: Question) -> str:
    """When the question is asked; empty when it always is."""
    rule = question.show_if
    if rule is None:
        return ""
    earlier = next(other for other in form.questions() if other.code == rule.question)
    labels = answer_labels(earlier)
    return _("only after “%(answers)s” to “%(question)s”") % {
        "answers": _("” or “").join(labels.get(code, code) for code in rule.answers),
        "question": say(earlier.label),
    }
