"""What there is one of: the form as a whole, and how it is read."""

from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.builder.forms.base import ItemForm, number_field
from tremplin.core.ui.forms import say_optional


class _WholeForm(ItemForm):
    """Texts and figures that must be there."""

    figures: tuple[str, ...] = ()

    def shown(self, raw: Mapping[str, Any]) -> MultiValueDict[str, str]:
        data = super().shown(raw)
        for name in self.figures:
            data[name] = str(raw.get(name, self.understood(name)))
        return data

    def understood(self, name: str) -> int:
        """The figure that is meant where the file says none."""
        from_model = self.plan.application if self.kind == "form" else self.plan.review
        return int(getattr(from_model, name))

    def wanted(self) -> dict[str, Any]:
        for name in self.figures:
            if self.whole(name) is None and not self.has_error(name):
                self.add_error(name, _("Write a whole number."))
        return {**super().wanted(), **{name: self.whole(name) for name in self.figures}}


class AboutForm(_WholeForm):
    """What reviewers look for, and how long the form takes: both stand on the page of the call."""

    kind = "form"
    texts = (("looks_for", gettext_lazy("What reviewers look for"), 8),)
    needed = frozenset({"looks_for"})
    figures = ("minutes",)

    def build(self) -> None:
        self.fields["minutes"] = number_field(
            gettext_lazy("Minutes that the form takes"),
            gettext_lazy("An honest guess. Once twenty people have sent, the page says what it took them."),
            least=5,
            most=1200,
        )
        say_optional(self.fields["minutes"], False)


class ReadingForm(_WholeForm):
    """What a reviewer must know before the first read, how many reads there are, and how long one takes."""

    kind = "reading"
    texts = (("guide", gettext_lazy("What a reviewer must know before the first read"), 10),)
    needed = frozenset({"guide"})
    figures = ("reads", "minutes")

    def build(self) -> None:
        self.fields["reads"] = number_field(gettext_lazy("Reads of each application"), least=1, most=10)
        self.fields["minutes"] = number_field(gettext_lazy("Planned minutes a read"), least=1, most=120)
        for name in self.figures:
            say_optional(self.fields[name], False)
