"""What somebody wants to read of the log."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.ui.forms import DatePicker
from tremplin.programmes.deeds import deed, stage
from tremplin.programmes.logbook import Asked

_DAY = {"invalid": gettext_lazy("Write a day such as 2027-01-31.")}


class LogForm(forms.Form):
    """The filters of the log. A field that cannot be read filters nothing, and says so."""

    show_optional = False
    deed = forms.ChoiceField(label=gettext_lazy("Deed"), required=False)
    who = forms.CharField(
        label=gettext_lazy("Who"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "dir": "auto", "size": 20}),
    )
    begins = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=DatePicker(), error_messages=_DAY
    )
    ends = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=DatePicker(), error_messages=_DAY
    )
    about = forms.CharField(
        label=gettext_lazy("Reference of the thing"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"type": "search", "dir": "ltr", "size": 12}),
    )
    routine = forms.ChoiceField(
        label=gettext_lazy("Roles that the programme gave by itself"),
        choices=[("", gettext_lazy("Shown")), ("hide", gettext_lazy("Hidden"))],
        required=False,
    )

    def __init__(self, *args: Any, verbs: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["deed"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("All")), *_grouped(verbs)]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        begins, ends = found.get("begins"), found.get("ends")
        if begins and ends and ends < begins:
            self.add_error("ends", _("This day lies before the first one."))
        return found

    @property
    def asked(self) -> Asked:
        """What is asked for, as far as it can be read."""
        self.full_clean()
        found = self.cleaned_data
        return Asked(
            deed=found.get("deed", ""),
            who=found.get("who", "").strip(),
            about=found.get("about", "").strip(),
            begins=found.get("begins"),
            ends=found.get("ends"),
            without_routine=found.get("routine") == "hide",
        )

    @property
    def given(self) -> dict[str, str]:
        """The fields as they were filled in, for links and for the file."""
        return {name: str(self.data.get(name, "")) for name in self.fields if self.data.get(name)}


def _grouped(verbs: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Deeds below their stage, each stage beginning with all of its deeds."""
    groups = []
    for code, found in groupby(sorted(verbs), key=lambda verb: verb.partition(".")[0]):
        name = str(stage(code))
        every = (code, _("%(stage)s: everything") % {"stage": name})
        groups.append((name, [every, *((verb, str(deed(verb))) for verb in found)]))
    return groups
