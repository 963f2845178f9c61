"""What the design page shows: one of each part, with invented rows. Nothing else may import this."""

import math
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tremplin.core.states import State
from tremplin.core.ui.amounts import money
from tremplin.core.ui.charts import Bar, FunnelRow, Interval, Load, Segment
from tremplin.core.ui.forms import Checkboxes, DatePicker, DayMonthYear, MaxWords, Radios, TextArea
from tremplin.core.ui.parts import Task, TimelineDate

PROSE = """# A heading that was written as the first
A paragraph with **strong words**, a [link](https://example.org/) and `code`.

> The line between two layers is a matrix.

| epoch | loss |
|------:|-----:|
| 1 | 2.31 |
| 2 | 1.74 |

```python
loss.backward()
optimiser.step()
```
"""


class SampleForm(forms.Form):
    """One of each control."""

    name = forms.CharField(
        label=_("Full name"), max_length=80, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We write to this address only about your application."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    born = forms.DateField(
        label=_("Date of birth"),
        help_text=_("For example, 27 3 1998"),
        required=False,
        widget=DayMonthYear({"autocomplete": "bday"}),
    )
    start = forms.DateField(label=_("First day that you could begin"), required=False, widget=DatePicker())
    hours = forms.ChoiceField(
        label=_("How many hours a week can you give?"),
        choices=[("10", _("About 10")), ("20", _("About 20")), ("40", _("All week"))],
        widget=Radios(hints={"20": _("Most scholars with a job choose this.")}),
    )
    topics = forms.MultipleChoiceField(
        label=_("What would you like to learn?"),
        help_text=_("Choose all that apply."),
        required=False,
        choices=[
            ("nlp", pgettext_lazy("topic", "Language")),
            ("vision", _("Images")),
            ("rl", _("Reinforcement learning")),
        ],
        widget=Checkboxes(),
    )
    country = forms.ChoiceField(
        label=_("Country where you live"),
        choices=[("", "—"), ("fr", "France"), ("tn", "Tunisie"), ("sn", "Sénégal")],
    )
    why = forms.CharField(
        label=_("What would you build, and for whom?"),
        help_text=_("Plain words are best. Nobody scores your style."),
        widget=TextArea(words=150),
        validators=[MaxWords(150)],
    )
    sample = forms.FileField(
        label=_("A piece of work"), help_text=_("PDF or PNG, 5 MB at most."), required=False
    )
    agree = forms.BooleanField(label=_("I have read what happens to my data."))


STATE = State(
    code="under-review",
    staff=_("Under review"),
    public=_("Being read"),
    next=_("Two people read it; you hear from us by 3 March."),
    tone="info",
)

TASKS = (
    Task(_("About you"), "#tasks", "done"),
    Task(_("What you have done so far"), "#tasks", "started", _("2 of 3 questions answered")),
    Task(_("What you want to learn"), "#tasks", "todo"),
    Task(_("A piece of work"), "#tasks", "optional"),
    Task(_("Check and send"), "", "blocked", _("Opens when the sections above are done.")),
)

FUNNEL = (
    FunnelRow(_("Started"), 812),
    FunnelRow(_("Sent"), 550, _("Until the evening of the last day")),
    FunnelRow(_("Read twice"), 548),
    FunnelRow(_("In the lottery band"), 61),
    FunnelRow(_("Offered"), 8),
)

LOADS = (
    Load("A. Reader", 12, 20, 24),
    Load("B. Reader", 20, 20, 20),
    Load("C. Reader", 3, 26, 20),
)

BARS = (Bar(_("Compute"), 1830.5), Bar(_("Books"), 240), Bar(_("Travel"), 655, tone="warn"))
SPARK = (3.2, 2.7, None, 2.1, 1.9, 1.4, 1.45, 1.1)


def segments() -> list[Segment]:
    """A budget, in the money format of the page."""
    parts = (
        (_("Paid"), 4_800_000, "ok"),
        (pgettext_lazy("amount", "Due"), 1_200_000, "warn"),
        (_("Left"), 3_600_000, ""),
    )
    return [Segment(label, minor, money(minor, "EUR"), tone) for label, minor, tone in parts]


def few_intervals() -> list[Interval]:
    """Eight applications around a cut."""
    rows = []
    for index, estimate in enumerate((8.7, 8.1, 7.6, 7.2, 7.1, 6.6, 5.9, 4.2)):
        half = 0.5 + 0.13 * (index % 4)
        tone, group = _band(estimate, half, 7.15)
        rows.append(
            Interval(
                f"APP-{index + 1:03}", estimate - half, estimate, estimate + half, tone, group, "#intervals"
            )
        )
    return rows


def many_intervals() -> list[Interval]:
    """A whole field of applications."""
    rows = []
    for index in range(550):
        estimate = 5.4 + 2.6 * math.tanh(math.sin(index * 12.9898) * 1.4)
        half = 0.45 + 0.5 * abs(math.sin(index * 78.233))
        rows.append(
            Interval(
                f"APP-{index + 1:03}", estimate - half, estimate, estimate + half, *_band(estimate, half, 7.4)
            )
        )
    return rows


def _band(estimate: float, half: float, cut: float) -> tuple[str, Any]:
    if estimate - half > cut:
        return "ok", _("Clearly above")
    if estimate + half < cut:
        return "", _("Clearly below")
    return "warn", _("Cannot be told apart")


def dates(now: datetime) -> list[TimelineDate]:
    """A cohort in the middle of its reading."""
    return [
        TimelineDate(_("Call opens"), now - timedelta(days=62)),
        TimelineDate(_("Call closes"), now - timedelta(days=20, hours=5)),
        TimelineDate(
            _("Reading ends"), now + timedelta(days=9), note=_("Every application has two readers by then.")
        ),
        TimelineDate(_("Decisions"), now + timedelta(days=16)),
        TimelineDate(_("Training starts"), now + timedelta(days=50)),
        TimelineDate(_("Demo day"), now + timedelta(days=170), "#timeline"),
    ]
