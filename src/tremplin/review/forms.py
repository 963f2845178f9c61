"""The rubric as a form, and what a reviewer can carry."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.core.errors import Invalid, Message
from tremplin.core.text import say
from tremplin.core.ui.forms import Checkboxes, DatePicker, Radios, TextArea
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import Criterion, ReviewPlan
from tremplin.review import words
from tremplin.review.models import Review, ReviewerProfile
from tremplin.review.rules import CANNOT_JUDGE, LONGEST_LIST, LONGEST_TEXT

_SCORE = "score_"
_NAMES = {"en": _("English"), "fr": _("French")}


class ReviewForm(forms.Form):
    """One group of radios a criterion. Nothing is required here: drafts forgive, the service judges."""

    comment = forms.CharField(
        label=_("For the applicant"),
        help_text=_(
            "What was strong, what would make the next application stronger. "
            "They may read it; they never learn who wrote it."
        ),
        required=False,
        widget=TextArea(rows=4, characters=LONGEST_TEXT),
    )
    private_note = forms.CharField(
        label=_("For the organisers alone"),
        required=False,
        widget=TextArea(rows=2, characters=LONGEST_TEXT),
    )
    recognised = forms.BooleanField(
        label=_("I think I know who wrote this"),
        help_text=_("It changes nothing for them. We count it to see how blind our reading is."),
        required=False,
    )
    show_optional = False

    def __init__(self, plan: ReviewPlan, data: Any = None, *, review: Review | None = None) -> None:
        super().__init__(data, initial=_initial(review))
        self.plan = plan
        criteria = {f"{_SCORE}{criterion.code}": _radios(criterion) for criterion in plan.criteria}
        self.fields = {**criteria, **self.fields}

    @property
    def rubric(self) -> list[Any]:
        """The bound fields of the criteria, in the order of the rubric."""
        return [self[f"{_SCORE}{criterion.code}"] for criterion in self.plan.criteria]

    def scores(self) -> dict[str, str]:
        """What was chosen, by criterion, as it came."""
        return {
            criterion.code: str(self.data.get(f"{_SCORE}{criterion.code}", ""))
            for criterion in self.plan.criteria
        }

    def show(self, fault: Invalid) -> None:
        """Put what the service found beside the fields."""
        self.full_clean()
        for name, texts in fault.errors.items():
            field = f"{_SCORE}{name}" if f"{_SCORE}{name}" in self.fields else name
            if field in self.fields and field not in self.errors:
                self.add_error(field, texts)


def _radios(criterion: Criterion) -> forms.ChoiceField:
    levels = [
        (str(level.score), f"{level.score} · {say(level.label)}") for level in reversed(criterion.levels)
    ]
    return forms.ChoiceField(
        label=say(criterion.label),
        help_text=say(criterion.help) if criterion.help else "",
        choices=[*levels, (CANNOT_JUDGE, _("I cannot judge this"))],
        required=False,
        widget=Radios(),
    )


def _initial(review: Review | None) -> dict[str, Any]:
    if review is None:
        return {}
    scores = {f"{_SCORE}{code}": str(score) for code, score in review.scores.items()}
    return {
        **scores,
        "comment": review.comment,
        "private_note": review.private_note,
        "recognised": review.recognised,
    }


class ConflictForm(forms.Form):
    reason = forms.CharField(
        label=_("Why, if you want to say"),
        help_text=_("Only the organisers read this."),
        required=False,
        widget=TextArea(rows=2, characters=LONGEST_TEXT),
    )


class AskForm(forms.Form):
    """“Please look again.”"""

    kind = forms.ChoiceField(
        label=_("What should the organisers look at?"),
        choices=list(words.ASKED.items()),
        widget=Radios(),
        error_messages={"required": _("Choose what the organisers should look at.")},
    )
    words = forms.CharField(
        label=_("In your words"),
        help_text=_("Where it stands, what is wrong. Only the organisers read this."),
        required=False,
        widget=TextArea(rows=4, characters=LONGEST_TEXT),
    )
    waits = forms.BooleanField(
        label=_("I wait for the answer before I go on with this one"),
        help_text=_("Meanwhile you are given the others. You can open it from your list at any time."),
        required=False,
    )


class AnswerForm(forms.Form):
    """What came of it, for the reviewer."""

    words = forms.CharField(
        label=_("Your answer to the reviewer"),
        help_text=_("Names, places and addresses of the writer are replaced before the reviewer reads it."),
        widget=TextArea(rows=4, characters=LONGEST_TEXT),
        error_messages={"required": _("Say what came of it.")},
    )


class NoteForm(forms.Form):
    """What a text speaks of."""

    kinds = forms.MultipleChoiceField(
        label=_("What does the text speak of?"),
        help_text=_("Whoever reads it next is told before it opens. It changes no score."),
        choices=list(words.HARD.items()),
        required=False,
        widget=Checkboxes(),
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(label=_("Why is it reopened?"), max_length=500)


class ProfileForm(forms.Form):
    """How much a reviewer can carry, and in which languages."""

    capacity = forms.IntegerField(
        label=_("At most how many applications in all?"),
        help_text=_(
            "Leave it empty for an even share. A smaller number hands on at once what you have not begun."
        ),
        min_value=0,
        max_value=100_000,
        required=False,
    )
    hours = forms.IntegerField(
        label=_("How many hours a week can you read?"),
        help_text=_(
            "A rough number will do. Whoever organises counts with it, so that nobody is left unread."
        ),
        min_value=0,
        max_value=80,
        required=False,
    )

    away_from = forms.DateField(
        label=_("First day on which you are away"),
        help_text=_("If you are away while reading goes on. You are given nothing meanwhile."),
        required=False,
        widget=DatePicker(),
    )
    away_until = forms.DateField(
        label=_("Last day on which you are away"), required=False, widget=DatePicker()
    )
    institutions = forms.CharField(
        label=_("Where do you work, teach or study?"),
        help_text=_(
            "One institution a line, those of the last years too. You are not given people who named the same one. "
            "It counts for what is given out from now on."
        ),
        required=False,
        widget=TextArea(rows=3, characters=LONGEST_LIST),
    )
    avoids = forms.CharField(
        label=_("Are there other institutions of which you should read nobody?"),
        help_text=_("One a line: where your partner works, a rival of yours. Only the organisers see this."),
        required=False,
        widget=TextArea(rows=2, characters=LONGEST_LIST),
    )

    def __init__(self, cohort: Cohort, data: Any = None, *, profile: ReviewerProfile | None = None) -> None:
        offered = cohort.plan.programme.languages
        initial = {
            "languages": profile.languages if profile else offered,
            "capacity": profile.capacity if profile else None,
            "hours": profile.hours if profile else None,
            "away_from": profile.away_from if profile else None,
            "away_until": profile.away_until if profile else None,
            "institutions": profile.institutions if profile else "",
            "avoids": profile.avoids if profile else "",
        }
        super().__init__(data, initial=initial)
        languages = forms.MultipleChoiceField(
            label=_("Which languages do you read well enough to judge a text?"),
            choices=[(code, _NAMES[code]) for code in offered],
            widget=Checkboxes(),
        )
        self.fields = {"languages": languages, **self.fields}


_OF_THEM: dict[str, tuple[Message, Message]] = {
    "languages": (_("Which languages do they read well enough to judge a text?"), ""),
    "capacity": (
        _("At most how many applications in all?"),
        _("Leave it empty for an even share. A smaller number hands on at once what they have not begun."),
    ),
    "hours": (
        _("How many hours a week can they read?"),
        _("A rough number will do: reads are given out by it."),
    ),
    "away_from": (_("First day on which they are away"), _("They are given nothing meanwhile.")),
    "away_until": (_("Last day on which they are away"), ""),
    "institutions": (
        _("Where do they work, teach or study?"),
        _("One institution a line. From the next time on they are not given people who named the same one."),
    ),
    "avoids": (
        _("Are there other institutions of which they should read nobody?"),
        _("One a line. Only the organisers and they themselves see this."),
    ),
}


class OtherProfileForm(ProfileForm):
    """The same about somebody else, as an organiser fills it in for them."""

    def __init__(self, cohort: Cohort, data: Any = None, *, profile: ReviewerProfile | None = None) -> None:
        super().__init__(cohort, data, profile=profile)
        for name, (label, help_text) in _OF_THEM.items():
            self.fields[name].label, self.fields[name].help_text = str(label), str(help_text)


class HandoverForm(forms.Form):
    """What changes for a reviewer: they leave, pause, or read less."""

    kind = forms.ChoiceField(
        label=_("What changes?"),
        choices=[
            ("pause", _("They are away for some days")),
            ("less", _("They can read fewer applications")),
            ("leave", _("They read no more")),
        ],
        widget=Radios(
            hints={
                "pause": _("They keep what they can still read after that; the rest goes to others."),
                "less": _("They keep what they have begun, then what they have had longest."),
                "leave": _("Everything that is still to be read goes to others. What they submitted stays."),
            }
        ),
        error_messages={"required": _("Choose what changes.")},
    )
    until = forms.DateField(
        label=_("Last day on which they are away"),
        help_text=_("For somebody who is away for some days."),
        required=False,
        widget=DatePicker(),
    )
    most = forms.IntegerField(
        label=_("At most how many applications in all?"),
        help_text=_("For somebody who reads fewer. What they have submitted counts, too."),
        min_value=0,
        max_value=100_000,
        required=False,
    )
    begun = forms.BooleanField(
        label=_("Hand on what they have begun, too"),
        help_text=_("Their drafts are kept, and are theirs again if the read comes back to them."),
        required=False,
    )


class SetAsideForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is this no conflict?"),
        help_text=_("Other organisers read this, no reviewer does. It is kept with the decision."),
        widget=TextArea(rows=3, characters=LONGEST_LIST),
        error_messages={"required": _("Say why this is no conflict: others will ask.")},
    )
