"""The set as organisers put it together, one text as reviewers judge it, and the words said about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.core.text import say
from tremplin.core.ui.forms import Radios, TextArea
from tremplin.first_reads.models import Counting, FirstRead, FirstReads
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import Criterion, Question, ReviewPlan
from tremplin.review.forms import ReviewForm
from tremplin.review.rules import LONGEST_TEXT

_NAMES = {"en": _("English"), "fr": _("French")}


class SetForm(forms.Form):
    """What these reads are for, how they count, whom they hold."""

    note = forms.CharField(
        label=_("What do you want to tell reviewers about them?"),
        help_text=_("Why you chose these, when you talk about them, where."),
        required=False,
        widget=TextArea(rows=4, characters=LONGEST_TEXT),
    )
    counting = forms.ChoiceField(
        label=_("What becomes of these reads in the selection?"),
        choices=[
            (Counting.SHARED, _("They count where the same application is given to the same reviewer")),
            (Counting.NONE, _("They count nowhere: whoever is given such an application reads it again")),
        ],
        widget=Radios(
            hints={
                Counting.SHARED: _(
                    "Every application gets as many reads as planned. What was found before the discussion counts, "
                    "and nobody reads the same text twice."
                ),
                Counting.NONE: _(
                    "That second read comes after the discussion, and is no longer independent."
                ),
            }
        ),
    )
    holds = forms.BooleanField(
        label=_("A reviewer’s own list begins only when they have read these"), required=False
    )

    def __init__(self, data: Any = None, *, found: FirstReads | None = None) -> None:
        initial = {"counting": Counting.SHARED, "holds": True}
        if found is not None:
            initial = {"note": found.note, "counting": found.counting, "holds": found.holds}
        super().__init__(data, initial=initial)
        if found is not None and found.opened_at is not None:
            self.fields = {"note": self.fields["note"]}


class ChooseForm(forms.Form):
    ref = forms.CharField(
        label=_("Number of an application"),
        help_text=_("As it stands in the list of applications by reads."),
        max_length=20,
        widget=forms.TextInput({"size": "12", "autocomplete": "off"}),
        error_messages={"required": _("Enter the number of an application.")},
    )


class OwnTextForm(forms.Form):
    """Answers that organisers write themselves."""

    show_optional = False

    def __init__(self, cohort: Cohort, asked: list[Question], data: Any = None) -> None:
        super().__init__(data)
        offered = cohort.plan.programme.languages
        self.codes = [question.code for question in asked]
        self.fields["language"] = forms.ChoiceField(
            label=_("In which language?"), choices=[(code, _NAMES[code]) for code in offered], widget=Radios()
        )
        for question in asked:
            self.fields[question.code] = forms.CharField(
                label=say(question.label), required=False, widget=TextArea(rows=6)
            )

    def texts(self) -> dict[str, str]:
        return {code: self.data.get(code, "") for code in self.codes}


class FirstReadForm(ReviewForm):
    """The rubric, and a comment for colleagues."""

    comment = forms.CharField(
        label=_("For the discussion"),
        help_text=_(
            "What made you choose these levels. The others read it without your name, when theirs are in."
        ),
        required=False,
        widget=TextArea(rows=4, characters=LONGEST_TEXT),
    )
    private_note = None  # type: ignore[assignment]  # there are no other readers
    recognised = None  # type: ignore[assignment]

    def __init__(self, plan: ReviewPlan, data: Any = None, *, read: FirstRead | None = None) -> None:
        super().__init__(plan, data)
        if read is not None:
            self.initial = {f"score_{code}": str(score) for code, score in read.scores.items()}
            self.initial["comment"] = read.comment


class RemarkForm(forms.Form):
    text = forms.CharField(
        label=_("What do you want to say about it?"),
        help_text=_("Your name stands beside it."),
        widget=TextArea(rows=4, characters=LONGEST_TEXT),
        error_messages={"required": _("Write something.")},
    )


class AgreedForm(forms.Form):
    """One level and some words for each criterion; nothing is required."""

    show_optional = False

    def __init__(self, plan: ReviewPlan, data: Any = None, *, agreed: dict[str, Any] | None = None) -> None:
        super().__init__(data)
        self.plan = plan
        for criterion in plan.criteria:
            row = (agreed or {}).get(criterion.code)
            self.fields[f"score_{criterion.code}"] = _levels(criterion, row)
            self.fields[f"words_{criterion.code}"] = forms.CharField(
                label=_("Why"),
                required=False,
                initial=row.words if row else "",
                widget=TextArea(rows=2, characters=LONGEST_TEXT),
            )

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Level and words of each criterion."""
        return [(self[f"score_{one.code}"], self[f"words_{one.code}"]) for one in self.plan.criteria]

    def scores(self) -> dict[str, str]:
        return {one.code: self.data.get(f"score_{one.code}", "") for one in self.plan.criteria}

    def words(self) -> dict[str, str]:
        return {one.code: self.data.get(f"words_{one.code}", "") for one in self.plan.criteria}


def _levels(criterion: Criterion, row: Any) -> forms.ChoiceField:
    levels = [(str(one.score), f"{one.score} · {say(one.label)}") for one in reversed(criterion.levels)]
    return forms.ChoiceField(
        label=say(criterion.label),
        choices=[("", _("Nothing agreed")), *levels],
        required=False,
        initial="" if row is None or row.score is None else str(row.score),
        widget=Radios(),
    )
