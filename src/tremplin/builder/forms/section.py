"""One section of the form: its heading and its lead; a new one with its first question."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tremplin.builder.forms.base import ItemForm
from tremplin.builder.rules.words import KIND_NAMES
from tremplin.programmes.schema import Plan

# Kinds that are whole without more than their words; the others follow when the question is edited.
_FIRST_KINDS = ("long", "short", "yes_no", "number", "url", "email", "date", "country")


class SectionForm(ItemForm):
    """Heading and lead, and for a new section what its first question asks."""

    kind = "section"

    def __init__(
        self,
        plan: Plan,
        data: Mapping[str, Any] | None = None,
        *,
        code: str = "",
        raw: Mapping[str, Any] | None = None,
        section: str = "",
    ) -> None:
        new = not code
        self.texts = (
            ("title", gettext_lazy("Heading of the page"), 1),
            ("lead", gettext_lazy("What this section is for"), 3),
            *((("first", gettext_lazy("Its first question"), 2),) if new else ()),
        )
        self.needed = frozenset({"title", "first"} if new else {"title"})
        super().__init__(plan, data, code=code, raw=raw, section=section)

    def build(self) -> None:
        if self.is_new:
            self.fields["first_kind"] = forms.ChoiceField(
                label=gettext_lazy("Kind of answer to the first question"),
                help_text=gettext_lazy("All other kinds can be chosen when you edit the question."),
                choices=[(kind, KIND_NAMES[kind]) for kind in _FIRST_KINDS],
            )

    def wanted(self) -> dict[str, Any]:
        values = super().wanted()
        if self.is_new:
            label = values.pop("first")
            name = (label or {}).get(self.languages[0], "")
            kind = self.cleaned_data.get("first_kind")
            values["questions"] = [{"name": name, "label": label, "kind": kind}]
        return values
