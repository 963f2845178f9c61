"""Putting an item elsewhere in one step: after which other one, a question also in which section."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tremplin.builder import edits
from tremplin.builder.edits import Kind, Refused
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.core.ui.forms import say_optional
from tremplin.programmes.schema import Plan


class PlaceForm(forms.Form):
    """Every place that the item can stand in. A place is “section:item before it”, each of them empty for none."""

    def __init__(self, *args: Any, plan: Plan, kind: Kind, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.kind, self.code = plan, kind, code
        self.left_out = False
        groups = [(title, list(self._offered(section, items))) for title, section, items in self._lists()]
        places = [("", _("Choose a place"))]
        offered: list[Any] = [(title, rows) for title, rows in groups if rows]
        if kind != "question":
            offered = [row for _title, rows in groups for row in rows]
        self.fields["place"] = forms.ChoiceField(
            label=_("Where to put it"),
            choices=[*places, *offered],
            error_messages={"invalid_choice": _("It cannot stand there any more. Choose another place.")},
        )
        self.any = any(rows for _title, rows in groups)
        say_optional(self.fields["place"], False)

    def chosen(self) -> tuple[str, str]:
        """The section and the item before it."""
        section, _colon, after = str(self.cleaned_data["place"]).partition(":")
        return section, after

    def _lists(self) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
        """Each list that it may stand in: title, code, and its items with their names."""
        plan = self.plan
        if self.kind == "question":
            for at, section in enumerate(plan.application.sections, 1):
                items = [(question.code, say(question.label)) for question in section.questions]
                yield f"{number(at)}. {say(section.title)}", section.code, items
        elif self.kind == "section":
            yield "", "", [(section.code, say(section.title)) for section in plan.application.sections]
        else:
            rubric = plan.review.criteria if plan.review else []
            found = plan.eligibility if self.kind == "door" else rubric
            yield "", "", [(item.code, say(item.label)) for item in found]

    def _offered(self, section: str, items: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The places of one list, without the one where it stands and those where it would come before its opener."""
        codes = [code for code, _label in items]
        before = codes[codes.index(self.code) - 1] if self.code in codes[1:] else ""
        for after, label in [("", ""), *((code, label) for code, label in items if code != self.code)]:
            if self.code in codes and after == before:
                continue
            order = edits.order_with(self.plan, self.kind, self.code, after=after, section=section)
            try:
                edits.check_conditions(order)
            except Refused:
                self.left_out = True
                continue
            words = _("After “%(label)s”") % {"label": label} if after else _("At the beginning")
            yield f"{section}:{after}", words
