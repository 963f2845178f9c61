"""The form of a supposition: one field for each thing that could be otherwise."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.ui.forms import Radios
from tremplin.programmes.models import Cohort
from tremplin.selection.queries.what_if import Supposed


class WhatIfForm(forms.Form):
    """`criteria`: code, label and weight by the file; `reviewers`: key and name."""

    places = forms.IntegerField(label=gettext_lazy("Places to give"))
    band = forms.ChoiceField(
        label=gettext_lazy("How many are left to the draw"),
        choices=[
            ("stricter", gettext_lazy("Fewer: a stricter band")),
            ("as-is", gettext_lazy("As the programme file says")),
            ("looser", gettext_lazy("More: a looser band")),
        ],
        initial="as-is",
        widget=Radios(),
    )
    without = forms.TypedChoiceField(
        label=gettext_lazy("Without the reads of"), required=False, coerce=int, empty_value=None
    )
    show_optional = False

    def __init__(
        self,
        cohort: Cohort,
        data: Any = None,
        *,
        criteria: Sequence[tuple[str, str, float]],
        reviewers: Sequence[tuple[int, str]],
        places: int | None,
    ) -> None:
        least, most = cohort.plan.cohort.places_min, cohort.plan.cohort.places_max
        super().__init__(data, initial={"places": places or most, "band": "as-is"})
        self.fields["places"] = forms.IntegerField(
            label=_("Places to give"),
            help_text=_("The programme has %(least)s to %(most)s.") % {"least": least, "most": most},
            min_value=least,
            max_value=most,
        )
        self.fields["without"].choices = [("", _("Nobody: all reads count")), *reviewers]  # type: ignore[attr-defined]
        self.weights = {f"weight-{code}": (code, weight) for code, _label, weight in criteria}
        for code, label, weight in criteria:
            self.fields[f"weight-{code}"] = forms.FloatField(
                label=_("Weight of “%(criterion)s”") % {"criterion": label},
                min_value=0.1,
                max_value=100,
                initial=weight,
                widget=forms.NumberInput({"step": "0.1"}),
            )

    def supposed(self) -> Supposed:
        """What was filled in; weights only where one differs from the file."""
        given = {code: self.cleaned_data[name] for name, (code, _weight) in self.weights.items()}
        differs = any(given[code] != weight for code, weight in self.weights.values())
        return Supposed(
            places=self.cleaned_data["places"],
            without=self.cleaned_data["without"],
            weights=given if differs else {},
            band=self.cleaned_data["band"],
        )
