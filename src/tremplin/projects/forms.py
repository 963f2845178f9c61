"""What people type about projects."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tremplin.core.ui.forms import TextArea
from tremplin.projects.rules import OPEN_LICENCES
from tremplin.projects.services import LIMITS


class ProjectForm(forms.Form):
    """What the project is. Everything may be empty while it is being found."""

    title = forms.CharField(label=_("Title"), required=False, max_length=LIMITS["title"])
    summary = forms.CharField(
        label=_("In two sentences"),
        required=False,
        widget=TextArea(rows=3, characters=LIMITS["summary"]),
    )
    description = forms.CharField(
        label=_("Description"),
        help_text=_(
            "Markdown. The question, the data, the method, what could go wrong, how you will know that it works."
        ),
        required=False,
        widget=TextArea(rows=12),
    )
    repository = forms.CharField(
        label=_("Repository"),
        help_text=_("A full address that begins with https://"),
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
    _version = forms.IntegerField(widget=forms.HiddenInput)

    show_optional = False


class ReportForm(forms.Form):
    """What was reached at a milestone. Drafts may be empty; the service looks when it is handed in."""

    body = forms.CharField(
        label=_("What you reached"),
        help_text=_(
            "Markdown. What works, what is left, what you need. An honest “less than planned” is worth more."
        ),
        widget=TextArea(rows=10),
        required=False,
    )
    _version = forms.IntegerField(widget=forms.HiddenInput)

    show_optional = False


class AnswerForm(forms.Form):
    """A mentor's answer."""

    feedback = forms.CharField(
        label=_("Feedback"),
        help_text=_("What works, what to change, what to leave out."),
        widget=TextArea(rows=6),
        required=False,
    )
    _version = forms.IntegerField(widget=forms.HiddenInput)

    show_optional = False
