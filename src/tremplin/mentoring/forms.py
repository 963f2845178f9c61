"""What people type in mentoring."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tremplin.core.text import say
from tremplin.mentoring.models import MentorProfile
from tremplin.programmes.schema import MentoringPlan
from tremplin.selection.models import Scholar


class OfferForm(forms.Form):
    """What a mentor offers."""

    def __init__(self, plan: MentoringPlan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["capacity"] = forms.IntegerField(
            label=_("How many scholars can you take?"), min_value=0, max_value=plan.scholars_a_mentor
        )
        _add_choices(self, plan, _("What you can help with"))
        self.fields["about"] = forms.CharField(
            label=_("About you"),
            help_text=_("What a scholar should know of you before the first call."),
            required=False,
            widget=forms.Textarea(attrs={"rows": 5, "data-count": 2000}),
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class WishForm(forms.Form):
    """What a scholar wishes of a mentor."""

    def __init__(self, plan: MentoringPlan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _add_choices(self, plan, _("What you want to work on"))
        self.fields["note"] = forms.CharField(
            label=_("Anything else"),
            help_text=_("Organisers alone read it when they pair you."),
            required=False,
            widget=forms.Textarea(attrs={"rows": 4, "data-count": 2000}),
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=0)


def _add_choices(form: forms.Form, plan: MentoringPlan, topics_label: Any) -> None:
    if plan.topics:
        form.fields["topics"] = forms.MultipleChoiceField(
            label=topics_label,
            choices=[(topic.code, say(topic.label)) for topic in plan.topics],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    form.fields["languages"] = forms.MultipleChoiceField(
        label=_("Languages you can work in"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class PairForm(forms.Form):
    """One scholar with one mentor, chosen by an organiser."""

    scholar = forms.ModelChoiceField(queryset=Scholar.objects.none(), to_field_name="ref", label=_("Scholar"))
    mentor = forms.ModelChoiceField(
        queryset=MentorProfile.objects.none(), to_field_name="ref", label=_("Mentor")
    )


class ReasonForm(forms.Form):
    """A sentence that organisers alone read."""

    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class NoteForm(forms.Form):
    """What was done about a raised hand."""

    note = forms.CharField(
        label=_("What was done"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
