"""What organisers say when they do something to many applications: a label, or why these are set aside."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tremplin.applications.models import Cause
from tremplin.applications.rules.eligibility import conditions
from tremplin.core.text import Text, language_name, say
from tremplin.core.ui.forms import Radios, TextArea
from tremplin.programmes.models import Cohort


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
    """Why applications are set aside, in words that each person reads in their language."""

    show_optional = False

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        doors = conditions(cohort.plan)
        causes = {
            Cause.DUPLICATE: _("Duplicates: the same person has applied twice"),
            Cause.SPAM: _("Spam, or a trial: no application at all"),
            Cause.CONDITION: _("They do not meet a condition"),
            Cause.WISH: _("At their own wish: the person asked for it"),
        }
        if not doors:
            del causes[Cause.CONDITION]
        self.fields["cause"] = forms.ChoiceField(
            label=_("Why are they set aside?"),
            choices=[(cause.value, words) for cause, words in causes.items()],
            widget=Radios,
        )
        if doors:
            self.fields["condition"] = forms.ChoiceField(
                label=_("Which condition, if it is one that they do not meet"),
                help_text=_(
                    "The mail names it and says why the door is closed, in the words of the call unless you write "
                    "others below."
                ),
                required=False,
                choices=[("", _("None of them")), *((door.code, say(door.label)) for door in doors)],
            )
        for language in cohort.plan.programme.languages:
            box = TextArea(rows=3, characters=600)
            box.attrs["lang"] = language
            self.fields[f"reason_{language}"] = forms.CharField(
                label=_("The reason, as the person reads it (%(language)s)")
                % {"language": language_name(language)},
                required=False,
                widget=box,
            )
        first = self.fields[f"reason_{cohort.plan.programme.languages[0]}"]
        first.help_text = _("May stay empty for a condition of the call, and for those who asked for it.")

    def reasons(self, data: Mapping[str, str]) -> Text:
        named = [name for name in self.fields if name.startswith("reason_")]
        return {name.removeprefix("reason_"): data.get(name, "") for name in named}
