"""What scholars type in training."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tremplin.core.text import say
from tremplin.grader import Lab
from tremplin.training.models import Audience

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
    labs = forms.MultipleChoiceField(label=_("Labs"), required=False, widget=forms.CheckboxSelectMultiple)
    done = forms.ChoiceField(label=_("Done?"), choices=DONE, required=False, widget=forms.RadioSelect)
    spent = forms.IntegerField(label=_("Hours it really took"), required=False, min_value=0, max_value=100)
    note = forms.CharField(
        label=_("What you really used, and what you learned about planning"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": 2000}),
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

    def week(self, number: int) -> dict[str, Any]:
        """The week as the rules take it."""
        data = self.cleaned_data
        return {
            "week": number,
            "goal": data["goal"],
            "hours": data["hours"] or 0,
            "resources": parse_resources(data["resources"]),
            "labs": data.get("labs", []),
            "done": data["done"] or "no",
            "spent": data["spent"] or 0,
            "note": data["note"],
        }


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


class AudienceForm(forms.Form):
    audience = forms.ChoiceField(choices=Audience.choices)


class SubmissionForm(forms.Form):
    """A file or pasted code; a file wins."""

    file = forms.FileField(
        label=_("Your file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".py,text/x-python"}),
    )
    code = forms.CharField(
        label=_("Or paste your code"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 14, "spellcheck": "false", "dir": "ltr", "autocapitalize": "off"}
        ),
    )
