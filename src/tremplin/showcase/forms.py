"""What scholars decide about their public page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PublicPageForm(forms.Form):
    """Each thing shown has its own consent."""

    shown_name = forms.CharField(
        label=_("Name to show"),
        help_text=_("Your own, a pseudonym, or leave the box below empty."),
        required=False,
        max_length=200,
    )
    show_name = forms.BooleanField(label=_("Show this name"), required=False)
    show_mentor = forms.BooleanField(
        label=_("Name my mentor"), help_text=_("Only if your mentor agrees too."), required=False
    )
    before = forms.CharField(
        label=_("What you did before"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "data-count": 300}),
    )
    learned = forms.CharField(
        label=_("The most interesting thing you learned"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": 3000}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
