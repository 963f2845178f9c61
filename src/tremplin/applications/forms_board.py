"""Forms of organisers: what the board shows, and the letter to those whom it shows."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from tremplin.applications.deed_words import GROUNDS
from tremplin.applications.models import ApplicationState, Cause, Label
from tremplin.applications.narrowing import narrowing
from tremplin.applications.queries import BoardFilters
from tremplin.applications.queries.board import IDLE_DAYS
from tremplin.applications.rules.eligibility import conditions
from tremplin.applications.rules.picked import known, tokens
from tremplin.core.errors import Message
from tremplin.core.text import Text, language_name, say
from tremplin.core.ui.forms import TextArea
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import Plan

_FIRST = ("text", "state", "sort")
_MORE = ("cause", "language", "progress", "idle", "time", "label")


class BoardForm(forms.Form):
    """What to show on the board."""

    show_optional = False
    text = forms.CharField(
        label=gettext_lazy("Name, address or reference"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search"}),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("application", "All")),
            (ApplicationState.SUBMITTED.value, pgettext_lazy("application", "Sent")),
            (ApplicationState.DRAFT.value, gettext_lazy("Drafts")),
            (ApplicationState.WITHDRAWN.value, pgettext_lazy("application", "Withdrawn")),
            (ApplicationState.EXCLUDED.value, pgettext_lazy("application", "Excluded")),
        ],
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("new", gettext_lazy("Latest begun first")),
            ("-new", gettext_lazy("First begun first")),
            ("sent", gettext_lazy("Latest sent first")),
            ("-sent", gettext_lazy("First sent first")),
            ("name", gettext_lazy("By name")),
            ("-name", gettext_lazy("By name, from the end")),
            ("progress", gettext_lazy("Furthest first")),
            ("-progress", gettext_lazy("Least far first")),
            ("idle", gettext_lazy("Longest untouched first")),
            ("-idle", gettext_lazy("Latest touched first")),
            ("state", gettext_lazy("By state")),
            ("-state", gettext_lazy("By state, from the end")),
        ],
    )
    cause = forms.ChoiceField(label=gettext_lazy("Why excluded"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    progress = forms.ChoiceField(
        label=gettext_lazy("How far"),
        required=False,
        choices=[
            ("", pgettext_lazy("progress", "All")),
            ("begun", gettext_lazy("Less than half done")),
            ("half", gettext_lazy("At least half done")),
            ("one", gettext_lazy("Just one answer missing")),
            ("whole", gettext_lazy("Nothing missing")),
        ],
    )
    idle = forms.ChoiceField(label=gettext_lazy("Not touched for"), required=False)
    time = forms.ChoiceField(
        label=gettext_lazy("Time to write"),
        required=False,
        choices=[
            ("", pgettext_lazy("time", "All")),
            ("more", gettext_lazy("More time given")),
            ("none", gettext_lazy("Everybody’s deadline")),
        ],
    )
    label = forms.ChoiceField(label=pgettext_lazy("application", "Label"), required=False)
    # What was answered, as an address carries it; the lists of `narrowing`, one a question, add to it.
    answered = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    door = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, cohort: Cohort, labels: Iterable[Label] = ()) -> None:
        super().__init__(data)
        plan = cohort.plan
        names: list[tuple[str, str]] = [
            (code, language_name(code).capitalize()) for code in plan.programme.languages
        ]
        used = [(label.ref, label.name) for label in labels]
        days = [
            (str(days), ngettext("%(count)s day", "%(count)s days", days) % {"count": days})
            for days in IDLE_DAYS
        ]
        self._offer("cause", _causes(plan), pgettext("cause", "All"))
        self._offer("language", names if len(names) > 1 else [], pgettext("language", "All"))
        self._offer("idle", days, pgettext("idle", "Any time"))
        self._offer("label", used, pgettext("label", "All"))
        self.narrowing = narrowing(cohort)

    def _offer(self, name: str, choices: list[tuple[str, str]], everything: str) -> None:
        """The choices of a field, which goes when there is nothing to choose."""
        field = self.fields[name]
        if choices and isinstance(field, forms.ChoiceField):
            field.choices = [("", everything), *choices]
        else:
            del self.fields[name]

    @cached_property
    def known(self) -> dict[str, str]:
        """The filters that make sense; what does not is left out, as if it had not been asked for."""
        self.is_valid()
        found = dict(self.cleaned_data)
        for kind, questions in self.narrowing.asked.items():
            chosen = [f"{code}:{self.data.get(f'{kind}-{code}') or ''}" for code in questions]
            found[kind] = known(" ".join([found.get(kind) or "", *chosen]), questions)
        return {name: value for name, value in found.items() if value}

    @property
    def added(self) -> bool:
        """Whether an answer has just been chosen, which stands in no tidy address yet."""
        asked = self.narrowing.asked
        return any(self.data.get(f"{kind}-{code}") for kind in asked for code in asked[kind])

    @property
    def filters(self) -> BoardFilters:
        return BoardFilters(**self.known)

    @property
    def first_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name in _FIRST]

    @property
    def more_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name in _MORE]

    @property
    def more_used(self) -> bool:
        return any(name in self.known for name in _MORE)

    def chips(self) -> list[tuple[str, str]]:
        """What narrows the list, each in words, with the query of an address without it."""
        return [
            (words, urlencode(_without(self.known, name, token)))
            for name, token, words in said(self, self.filters.given)
        ]

    def query(self, **changed: str) -> str:
        """The query of an address that asks for the same, with something `changed`."""
        return urlencode({name: value for name, value in {**self.known, **changed}.items() if value})


def _causes(plan: Plan) -> list[tuple[str, str]]:
    """Why applications are excluded; where a condition is not met, also which: those whose doors the call has."""
    doors = conditions(plan)
    causes = [
        (cause.value, str(words)) for cause, words in GROUNDS.items() if doors or cause != Cause.CONDITION
    ]
    words = _("Condition not met: %(condition)s")
    return [
        *causes,
        *((f"{Cause.CONDITION}:{door.code}", words % {"condition": say(door.label)}) for door in doors),
    ]


def _without(kept: Mapping[str, str], name: str, token: str) -> dict[str, str]:
    """`kept` without one filter, or of what was answered without one answer."""
    left = " ".join(one for one in kept[name].split() if one != token) if token else ""
    return {key: value for key, value in {**kept, name: left}.items() if value}


def said(form: BoardForm, kept: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each filter of `kept`: its name, the answer that it is about if any, and its words."""
    for name, value in kept.items():
        if not value:
            continue
        if name in form.narrowing.asked:
            for code, answer in tokens(str(value)):
                asked = form.narrowing.asked[name].get(code)
                words = {
                    "field": asked.label if asked else code,
                    "value": asked.words(answer) if asked else answer,
                }
                yield name, f"{code}:{answer}", _("%(field)s: %(value)s") % words
        elif (field := form.fields.get(name)) is not None:
            choices: dict[str, Any] = {}
            if isinstance(field, forms.ChoiceField):
                choices = {str(choice[0]): choice[1] for choice in field.widget.choices}
            shown = choices.get(value, _("a label that is gone") if name == "label" else value)
            yield name, "", _("%(field)s: %(value)s") % {"field": field.label, "value": shown}


def filter_words(cohort: Cohort, kept: Mapping[str, Any], labels: Iterable[Label] = ()) -> list[str]:
    """A filter in words, one line a field. Empty: all applications."""
    form = BoardForm(kept, cohort=cohort, labels=labels)
    words = [line for _name, _token, line in said(form, kept)]
    if kept.get("chosen"):
        words.append(_("Ticked one by one"))
    return words


class LetterForm(forms.Form):
    """A letter to many: a subject and a text in every language of the programme."""

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = cohort.plan.programme.languages
        for language in self.languages:
            words = {"language": language_name(language)}
            self.fields[f"subject_{language}"] = forms.CharField(
                label=_("Subject (%(language)s)") % words,
                required=False,
                widget=forms.TextInput({"lang": language, "maxlength": 150}),
            )
            self.fields[f"body_{language}"] = forms.CharField(
                label=_("Text (%(language)s)") % words,
                required=False,
                strip=False,
                widget=_in(language, TextArea(rows=14)),
            )

    show_optional = False

    def texts(self, field: str, data: Mapping[str, str]) -> Text:
        return {language: data.get(f"{field}_{language}", "") for language in self.languages}

    @property
    def parts(self) -> list[tuple[str, list[Any]]]:
        """The fields of each language."""
        return [(code, [self[f"subject_{code}"], self[f"body_{code}"]]) for code in self.languages]


def placeholders() -> list[tuple[str, Message]]:
    """What each word in braces becomes."""
    return [
        ("name", _("what the person is called")),
        ("programme", _("name of the programme, in the language of the mail")),
        ("institution", _("name of the institution")),
        ("link", _("address of the person’s own application")),
        ("date", _("the deadline, with its time zone")),
        ("reference", _("reference of the application")),
        ("missing", _("what each draft still lacks, line by line, as its writer reads it on the check page")),
    ]


def _in(language: str, widget: forms.Widget) -> forms.Widget:
    """A widget whose text is in one language, for those who hear it."""
    widget.attrs["lang"] = language
    return widget
