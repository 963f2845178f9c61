"""Publishing: why, and whom to tell."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.builder.rules.effects import Tally
from tremplin.core.ui.amounts import number
from tremplin.core.ui.forms import TextArea, say_optional
from tremplin.programmes.forms_reason import add_translations


class PublishForm(forms.Form):
    """The reason stands in the mail; it is asked only where somebody is told."""

    reason = forms.CharField(
        label=gettext_lazy("Why the form changes"),
        help_text=gettext_lazy("It stands in the mail to those concerned, in your words."),
        max_length=500,
        required=False,
        widget=TextArea(rows=3, characters=500),
    )
    words = forms.BooleanField(
        label=gettext_lazy("Write also to those who answered a question that now stands in other words"),
        required=False,
    )

    harsh = forms.BooleanField(required=False)

    def __init__(self, *args: Any, languages: Sequence[str], tally: Tally, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        touched, reworded = tally.touched, tally.reworded
        if tally.harsh:
            self.fields["harsh"].label = _(
                "I want it although %(drafts)s of %(all_drafts)s drafts and %(sent)s of %(all_sent)s sent applications "
                "no longer fit"
            ) % {
                "drafts": number(tally.drafts_unfit),
                "all_drafts": number(tally.drafts),
                "sent": number(tally.sent_unfit),
                "all_sent": number(tally.sent),
            }
            say_optional(self.fields["harsh"], False)
        else:
            del self.fields["harsh"]
        say_optional(self.fields["reason"], False)
        if touched or reworded:
            add_translations(self, languages)
        else:
            del self.fields["reason"]
        if not reworded:
            del self.fields["words"]
