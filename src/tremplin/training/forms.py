"""What scholars type in training."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tremplin.core.text import say
from tremplin.core.ui.forms import Radios, TextArea
from tremplin.grader import Lab
from tremplin.training.models import Audience
from tremplin.training.rules.remarks import REMARK
from tremplin.training.rules.weeks import ADDRESS, GOAL, LINKS, NOTE, RESOURCES, TITLE

DONE = (("no", _("Not yet")), ("partly", _("Partly")), ("yes", _("Yes")))


class WeekForm(forms.Form):
    """One week of a plan: the goal, the hours, what to read, which labs, and how it went."""

    goal = forms.CharField(
        label=_("Goal"),
        help_text=_("One sentence. What will you be able to do at the end of the week?"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "data-count": 300}),
    )
    hours = forms.IntegerField(
        label=_("Planned hours"),
        help_text=_("A full week is 40."),
        required=False,
        min_value=0,
        max_value=100,
        error_messages={
            "min_value": _("Planned hours: write 0 or more."),
            "max_value": _("Planned hours: write at most 100. A full week is 40."),
        },
    )
    resources = forms.CharField(
        label=_("What you will read or watch"),
        help_text=_("One a line: title, then its address. Put a + before what is optional."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    links = forms.CharField(
        label=_("What came of it"),
        help_text=_("Commits, notebooks, drawings. One a line: title, then its address."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    labs = forms.MultipleChoiceField(label=_("Labs"), required=False, widget=forms.CheckboxSelectMultiple)
    done = forms.ChoiceField(label=_("Done?"), choices=DONE, required=False, widget=forms.RadioSelect)
    spent = forms.IntegerField(label=_("Hours it really took"), required=False, min_value=0, max_value=100)
    note = forms.CharField(
        label=_("What you really used, and what you learned about planning"),
        required=False,
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": NOTE}),
    )
    reason = forms.CharField(
        label=_("Why the plan changes"),
        help_text=_("For you, later."),
        required=False,
        max_length=500,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, labs: list[Lab], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(lab.code, say(lab.title)) for lab in labs]
        self.fields["labs"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["labs"]

    def clean_resources(self) -> str:
        """Refuses what could not be kept whole, with its line."""
        return _checked(self.cleaned_data["resources"], RESOURCES)

    def clean_links(self) -> str:
        """Refuses what could not be kept whole, with its line."""
        return _checked(self.cleaned_data["links"], LINKS)

    def week(self, number: int) -> dict[str, Any]:
        """The week as the rules take it."""
        data = self.cleaned_data
        return {
            "week": number,
            "goal": data["goal"],
            "hours": data["hours"] or 0,
            "resources": parse_resources(data["resources"]),
            "links": parse_links(data["links"]),
            "labs": data.get("labs", []),
            "done": data["done"] or "no",
            "spent": data["spent"] or 0,
            "note": data["note"],
        }


class LookBackForm(forms.Form):
    """How a week went, and where what is left of it goes."""

    done = forms.ChoiceField(label=_("Is the goal reached?"), choices=DONE, widget=Radios())
    spent = forms.IntegerField(
        label=_("Hours it really took"),
        help_text=_("A guess will do. It shows you, and later scholars, what a week holds."),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"size": 4}),
    )
    rest = forms.ChoiceField(
        label=_("Where does the rest go?"),
        choices=(
            ("next", _("Into next week, beside what stands there")),
            ("push", _("Into next week, and everything after it a week later")),
            ("drop", _("Nowhere: I let it go")),
            ("stay", _("It stays where it is")),
        ),
        widget=Radios(
            hints={
                "push": _("An empty week takes it up; without one the last two weeks are joined."),
                "drop": _("It stays readable in this week, and is not counted any more."),
            }
        ),
    )
    note = forms.CharField(
        label=_("What you learned about planning"),
        required=False,
        max_length=NOTE,
        widget=TextArea(rows=3, characters=NOTE),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, last: bool = False, gone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if gone:
            del self.fields["rest"]
        elif last:  # there is no week after it
            kept = [choice for choice in self.fields["rest"].choices if choice[0] not in ("next", "push")]  # type: ignore[attr-defined]
            self.fields["rest"].choices = kept  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """All weeks at once: a goal and hours each."""

    show_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why the plan changes"), help_text=_("For you, later."), required=False, max_length=500
    )

    def __init__(self, weeks: Sequence[Mapping[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weeks = weeks
        for week in weeks:
            number = week["week"]
            self.fields[f"goal-{number}"] = forms.CharField(
                label=_("Goal of week %(number)s") % {"number": number},
                required=False,
                max_length=GOAL,
                initial=week["goal"],
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            self.fields[f"hours-{number}"] = forms.IntegerField(
                label=_("Hours of week %(number)s") % {"number": number},
                required=False,
                min_value=0,
                max_value=100,
                initial=week["hours"],
                widget=forms.NumberInput(attrs={"size": 4}),
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each week."""
        numbers = [int(week["week"]) for week in self.weeks]
        return [(self[f"goal-{number}"], self[f"hours-{number}"]) for number in numbers]

    def changed(self) -> list[dict[str, Any]]:
        """The weeks with what was typed."""
        data = self.cleaned_data
        return [
            {**week, "goal": data[f"goal-{week['week']}"], "hours": data[f"hours-{week['week']}"] or 0}
            for week in self.weeks
        ]


def _checked(text: str, most: int) -> str:
    """`text` if each of its lines can be kept. Raises ValidationError with the first line that cannot."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > most:
        raise forms.ValidationError(
            _("Write at most %(most)s lines: these are %(count)s."),
            params={"most": most, "count": len(lines)},
        )
    for number, (line, item) in enumerate(zip(lines, parse_resources(text), strict=False), start=1):
        if len(item["title"]) > TITLE or len(item["url"]) > ADDRESS:
            raise forms.ValidationError(
                _("Line %(number)s is too long: a title has at most 200 characters, an address 500."),
                params={"number": number},
            )
        if "://" in line and not item["url"]:
            raise forms.ValidationError(
                _("Line %(number)s: an address begins with https:// and stands at the end of the line."),
                params={"number": number},
            )
    return text


def parse_links(text: str) -> list[dict[str, Any]]:
    """Lines such as “First model https://example.org/commit” as links."""
    return [{"title": item["title"], "url": item["url"]} for item in parse_resources(text)]


def link_lines(links: Sequence[Mapping[str, Any]]) -> str:
    """Links as the lines that `parse_links` reads."""
    return "\n".join(" ".join(part for part in (item["title"], item["url"]) if part) for item in links)


def parse_resources(text: str) -> list[dict[str, Any]]:
    """Lines such as “Linear algebra https://example.org” or “+ Extra reading” as resources."""
    found = []
    for line in text.splitlines():
        optional = line.strip().startswith("+")
        words = line.strip().lstrip("+").split()
        if not words:
            continue
        url = words.pop() if words[-1].startswith(("https://", "http://")) else ""
        found.append({"title": " ".join(words) or url, "url": url, "required": not optional})
    return found


def resource_lines(resources: list[Mapping[str, Any]]) -> str:
    """Resources as the lines that `parse_resources` reads."""
    return "\n".join(
        " ".join(part for part in ("" if item["required"] else "+", item["title"], item["url"]) if part)
        for item in resources
    )


class EntryForm(forms.Form):
    """One week's post."""

    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    body = forms.CharField(
        label=_("Your week"),
        help_text=_(
            "Markdown. What you did, what was hard, what you changed in the plan, whom you learned from."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 18}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    version = forms.IntegerField(widget=forms.HiddenInput)


class RemarkForm(forms.Form):
    """A question or an answer about code."""

    line = forms.IntegerField(
        label=_("Line"),
        help_text=_("Leave it empty to speak of all of it."),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"size": 4}),
    )
    text = forms.CharField(
        label=_("What you want to ask or say"),
        max_length=REMARK,
        error_messages={"required": _("Write what you want to ask or say.")},
        widget=TextArea(rows=4, characters=REMARK),
    )

    def __init__(self, lines: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.fields["line"].widget.attrs["max"] = lines  # also how wide browsers draw it

    def clean_line(self) -> int | None:
        """Refuses a line that the code does not have."""
        line: int | None = self.cleaned_data["line"]
        if line is not None and line > self.lines:
            raise forms.ValidationError(
                _("The code has %(lines)s lines: choose one of them, or none."), params={"lines": self.lines}
            )
        return line


class AudienceForm(forms.Form):
    audience = forms.ChoiceField(choices=Audience.choices)


class SubmissionForm(forms.Form):
    """A file or pasted code; a file wins."""

    file = forms.FileField(
        label=_("Your file"),
        required=False,
        help_text=_("A .py file or a notebook (.ipynb)."),
        widget=forms.ClearableFileInput(attrs={"accept": ".py,.ipynb,text/x-python"}),
    )
    code = forms.CharField(
        label=_("Or write it here"),
        help_text=_(
            "It begins with what you handed in last, or with the file to start from. A file above wins."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 14,
                "spellcheck": "false",
                "dir": "ltr",
                "autocapitalize": "off",
                "wrap": "off",
                "data-code": "python",
            }
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
