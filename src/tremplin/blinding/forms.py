"""What to hide, too, and what to show again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.blinding.queries import Hidden
from tremplin.core.ui.forms import Checkboxes, TextArea


class CorrectionForm(forms.Form):
    """Words to hide, one piece a line; of what is hidden, that which is not about the writer."""

    hide = forms.CharField(
        label=_("Hide these words, too"),
        help_text=_(
            "Copy them as they are written, each piece on a line of its own. They go from every answer."
        ),
        required=False,
        widget=TextArea(rows=3),
        max_length=10_000,
    )

    def __init__(self, hidden: Sequence[Hidden], data: Any = None, *, mine: bool) -> None:
        super().__init__(data)
        choices = list(dict.fromkeys((piece.words, piece.words) for piece in hidden if piece.may_show))
        if choices:
            self.fields["show"] = forms.MultipleChoiceField(
                label=_("Show this again: it is not about me") if mine else _("Show this again"),
                choices=choices,
                required=False,
                widget=Checkboxes(),
            )

    def wanted(self) -> dict[str, list[str]]:
        """What the form says, as the services take it."""
        lines = self.cleaned_data.get("hide", "").splitlines()
        return {"hide": lines, "show": list(self.cleaned_data.get("show", []))}
