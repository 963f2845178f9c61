"""What is assumed of a season of reading, as a form."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Invalid
from tremplin.core.ui.forms import Radios
from tremplin.core.ui.posting import show_refusal
from tremplin.programmes.models import Cohort
from tremplin.review.planning.assumptions import (
    GUESSED_HOURS,
    MOST_DAYS,
    MOST_EFFORT,
    MOST_HOURS,
    MOST_MINUTES,
    MOST_PEOPLE,
    MOST_READERS,
    MOST_READS,
    Assumptions,
    check,
)
from tremplin.review.planning.typed import say_language

_DAY = timedelta(days=1)
TRIED = ("more_hours", "effort", "later", "cap")
"""What is tried, beside more reviewers of each language; nothing of it need be filled in."""


def _number(
    label: Any, low: int, high: int, help_text: Any = "", *, needed: bool = True
) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=low,
        max_value=high,
        required=needed,
        widget=forms.TextInput({"size": "6", "inputmode": "numeric"}),
    )


class CapacityForm(forms.Form):
    """All that a season is made of. Language by language: its share, and how many more reviewers are tried."""

    low = _number(gettext_lazy("Applications, at the least"), 1, MOST_PEOPLE)
    likely = _number(gettext_lazy("Applications, most likely"), 1, MOST_PEOPLE)
    high = _number(
        gettext_lazy("Applications, at the most"),
        1,
        MOST_PEOPLE,
        gettext_lazy("In nine calls out of ten the number should lie between the least and the most."),
    )
    reads = _number(
        gettext_lazy("Reads of each application"),
        1,
        MOST_READS,
        gettext_lazy("Try another number here; what counts stands in the programme’s form."),
    )
    minutes = forms.FloatField(
        label=gettext_lazy("Minutes a read"),
        min_value=0.5,
        max_value=MOST_MINUTES,
        localize=True,
        widget=forms.TextInput({"size": "6", "inputmode": "decimal"}),
    )
    hours = _number(
        gettext_lazy("Hours a week of reviewers who have not said"),
        1,
        MOST_HOURS,
        gettext_lazy("Reviewers say their own hours on “What you can read”."),
    )
    early = _number(
        gettext_lazy("Reading begins so many days before the call closes"),
        0,
        400,
        gettext_lazy("0: on the day on which it closes."),
    )
    curve = forms.ChoiceField(
        label=gettext_lazy("How applications come"),
        choices=[
            ("earlier", gettext_lazy("As they came to this programme’s last call")),
            (
                "published",
                gettext_lazy("As published calls did: 61 % in the last week, 14 % in the last hour"),
            ),
        ],
        widget=Radios(),
    )
    goal = forms.ChoiceField(
        label=gettext_lazy("What must not happen"),
        choices=[
            ("short", gettext_lazy("Somebody is read less often than planned")),
            ("unread", gettext_lazy("Somebody is read by nobody")),
        ],
        widget=Radios(),
    )
    risk = _number(gettext_lazy("The risk that you accept, in percent"), 1, 50)
    more_hours = _number(gettext_lazy("Hours a week of each reviewer more"), 1, MOST_HOURS, needed=False)
    effort = _number(gettext_lazy("Everybody reads so many percent more"), 0, MOST_EFFORT, needed=False)
    later = _number(gettext_lazy("Reading ends so many days later"), 0, MOST_DAYS, needed=False)
    cap = _number(
        gettext_lazy("Nobody may apply after so many have"),
        0,
        MOST_PEOPLE,
        gettext_lazy("Only to see what it would change: nobody is refused because of it."),
        needed=False,
    )

    def __init__(
        self, cohort: Cohort, data: Any = None, *, initial: Mapping[str, Any], own_curve: bool
    ) -> None:
        super().__init__(data, initial={"curve": "earlier" if own_curve else "published", **START, **initial})
        self.cohort = cohort
        self.languages = list(cohort.plan.programme.languages)
        self.own_curve = own_curve
        if not own_curve:
            del self.fields["curve"]
        for code in self.languages:
            name = say_language(code)
            self.fields[f"share_{code}"] = _number(
                _("Applications in %(language)s, in percent") % {"language": name},
                0,
                100,
                needed=len(self.languages) > 1,
            )
            self.fields[f"more_{code}"] = _number(
                _("Reviewers more who read %(language)s") % {"language": name}, 0, MOST_READERS, needed=False
            )

    def clean(self) -> dict[str, Any]:
        """All that is wrong at once: what each field finds, then what they make together."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not {"low", "likely", "high", "early", *self.shares} & self.errors.keys():
            dates = self.cohort.dates
            try:
                check(self.assumed(), call_days=(dates["call_closes"] - dates["call_opens"]) // _DAY)
            except Invalid as fault:
                show_refusal(self, fault)
        return cleaned

    def assumed(self) -> Assumptions:
        """What was typed; where a field is wrong, some number in its place."""
        given = self.cleaned_data
        return Assumptions(
            **{name: given.get(name, 1) for name in ("low", "likely", "high", "reads", "minutes", "hours")},
            curve="earlier" if given.get("curve") == "earlier" else "published",
            goal="unread" if given.get("goal") == "unread" else "short",
            early=given.get("early", 0),
            risk=given.get("risk", 1),
            shares={code: given.get(name, 0) for code, name in zip(self.languages, self.shares, strict=True)},
            more={code: many for code in self.languages if (many := given.get(f"more_{code}"))},
            more_hours=given.get("more_hours") or GUESSED_HOURS,
            **{name: given.get(name) or 0 for name in ("effort", "later", "cap")},
        )

    def _bound(self, *names: str) -> Iterator[forms.BoundField]:
        return (self[name] for name in names)

    @property
    def shares(self) -> list[str]:
        return [f"share_{code}" for code in self.languages]

    @property
    def people(self) -> list[forms.BoundField]:
        return [*self._bound("low", "likely", "high", *(self.shares if len(self.languages) > 1 else []))]

    @property
    def reading(self) -> list[forms.BoundField]:
        return [*self._bound("reads", "minutes", "hours", "early", "risk")]

    @property
    def tried(self) -> list[forms.BoundField]:
        return [*self._bound(*(f"more_{code}" for code in self.languages), *TRIED)]


START: Mapping[str, Any] = {
    "hours": GUESSED_HOURS,
    "early": 0,
    "goal": "short",
    "risk": 5,
    "more_hours": GUESSED_HOURS,
}
