"""Forms of organisers: what the board shows, and what is done to what it shows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from tremplin.applications.models import ApplicationState, Cause, Label
from tremplin.applications.queries import BoardFilters
from tremplin.applications.queries.board import IDLE_DAYS
from tremplin.core.errors import Message
from tremplin.core.text import Text, language_name
from tremplin.core.ui.forms import Radios, TextArea
from tremplin.programmes.models import Cohort

_MORE = ("language", "progress", "idle", "time", "label")


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
            ("sent", gettext_lazy("Latest sent first")),
            ("name", gettext_lazy("By name")),
            ("progress", gettext_lazy("Furthest first")),
            ("idle", gettext_lazy("Longest untouched first")),
        ],
    )
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

    def __init__(
        self, data: Mapping[str, Any], *, languages: Sequence[str], labels: Iterable[Label] = ()
    ) -> None:
        super().__init__(data)
        names = [(code, language_name(code).capitalize()) for code in languages]
        used = [(label.ref, label.name) for label in labels]
        days = [
            (str(days), ngettext("%(count)s day", "%(count)s days", days) % {"count": days})
            for days in IDLE_DAYS
        ]
        self._offer("language", names if len(names) > 1 else [], pgettext("language", "All"))
        self._offer("idle", days, pgettext("idle", "Any time"))
        self._offer("label", used, pgettext("label", "All"))

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
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def filters(self) -> BoardFilters:
        return BoardFilters(**self.known)

    @property
    def first_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in _MORE]

    @property
    def more_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name in _MORE]

    @property
    def more_used(self) -> bool:
        return any(name in self.known for name in _MORE)


def filter_words(cohort: Cohort, kept: Mapping[str, Any], labels: Iterable[Label] = ()) -> list[str]:
    """A filter in words, one line a field. Empty: all applications."""
    form = BoardForm(kept, languages=cohort.plan.programme.languages, labels=labels)
    words = []
    for name, value in kept.items():
        field = form.fields.get(name)
        if field is None or not value:
            continue
        choices: dict[str, Any] = {}
        if isinstance(field, forms.ChoiceField):
            choices = {str(choice[0]): choice[1] for choice in field.widget.choices}
        said = choices.get(value, _("a label that is gone") if name == "label" else value)
        words.append(_("%(field)s: %(value)s") % {"field": field.label, "value": said})
    if kept.get("chosen"):
        words.append(_("Ticked one by one"))
    return words


class LabelForm(forms.Form):
    """A label: a free word of the organisers."""

    word = forms.CharField(
        label=pgettext_lazy("application", "Label"),
        max_length=60,
        help_text=gettext_lazy(
            "A few words, such as “eligibility checked”. Reviewers never see labels, and no page shows them to "
            "applicants. Whoever downloads what is kept about them finds them there: the law says so."
        ),
        widget=forms.TextInput({"list": "labels", "autocomplete": "off"}),
    )


class ExcludeForm(forms.Form):
    """Why applications are excluded, in words that each person reads in their language."""

    cause = forms.ChoiceField(
        label=gettext_lazy("What are they?"),
        choices=[
            (Cause.DUPLICATE.value, gettext_lazy("Duplicates: the same person has applied twice")),
            (Cause.SPAM.value, gettext_lazy("Spam, or a trial: no application at all")),
        ],
        widget=Radios,
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in cohort.plan.programme.languages:
            self.fields[f"reason_{language}"] = forms.CharField(
                label=_("The reason, as the person reads it (%(language)s)")
                % {"language": language_name(language)},
                widget=_in(language, TextArea(rows=3, characters=600)),
            )

    def reasons(self, data: Mapping[str, str]) -> Text:
        return {name.removeprefix("reason_"): data.get(name, "") for name in self.fields if name != "cause"}


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
