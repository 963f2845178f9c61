"""What people type about projects."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tremplin.projects.rules import OPEN_LICENCES


class ProjectForm(forms.Form):
    """What the project is. Everything may be empty while it is being found."""

    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    summary = forms.CharField(
        label=_("In two sentences"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": 2000}),
    )
    description = forms.CharField(
        label=_("Description"),
        help_text=_(
            "Markdown. The question, the data, the method, what could go wrong, how you will know that it works."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    repository = forms.CharField(
        label=_("Repository"),
        required=False,
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    demo = forms.CharField(
        label=_("Live demonstration"),
        required=False,
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    licence = forms.ChoiceField(
        label=_("Licence"),
        required=False,
        choices=[("", _("Not chosen yet")), *((code, code) for code in OPEN_LICENCES)],
    )
    language = forms.ChoiceField(label=_("Language of these texts"), choices=settings.LANGUAGES)
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReportForm(forms.Form):
    """What was reached at a milestone."""

    body = forms.CharField(
        label=_("What you reached"),
        help_text=_(
            "Markdown. What works, what is left, what you need. An honest “less than planned” is worth more."
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """A mentor's answer."""

    feedback = forms.CharField(label=_("Feedback"), widget=forms.Textarea(attrs={"rows": 6}), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
