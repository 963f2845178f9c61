"""One criterion of the rubric: its words, its weight, its anchored levels, and why it is judged."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.builder.forms.base import number_field
from tremplin.builder.forms.options import rows_in
from tremplin.builder.forms.reasons import ReasonsForm
from tremplin.core.ui.amounts import number as in_figures
from tremplin.core.ui.forms import say_optional

_FIRST = (1, 2, 3, 4, 5)  # figures that a new criterion begins with
MOST = 11  # levels: figures go from 0 to 10


class CriterionForm(ReasonsForm):
    """Name, help, weight, and what each level looks like; a row without words is none."""

    kind = "criterion"
    texts = (
        ("label", gettext_lazy("Name of the criterion"), 1),
        ("help", gettext_lazy("Where to look for it, and what does not count"), 3),
    )
    needed = frozenset({"label"})

    def build(self) -> None:
        self.fields["weight"] = number_field(
            gettext_lazy("How much it counts beside the others, 1 to 10"), least=1, most=10
        )
        say_optional(self.fields["weight"], False)
        more = 0 if self.typed and "_more" not in self.data else 1
        self.rows = min(MOST, rows_in("level", self.data) + more)
        for row in range(self.rows):
            self.add_texts(f"level{row}", gettext_lazy("What it looks like"), 2)
            self.fields[f"level{row}_score"] = number_field(gettext_lazy("Figure"), least=0, most=10)
            self.fields[f"level{row}_was"] = forms.CharField(required=False, widget=forms.HiddenInput())
            self.fields[f"level{row}_remove"] = forms.BooleanField(
                label=gettext_lazy("Take this level out"), required=False
            )

    def shown(self, raw: Mapping[str, Any]) -> MultiValueDict[str, str]:
        data = super().shown(raw)
        data["weight"] = str(raw.get("weight", 1))
        levels = raw.get("levels", [])
        for row, score in enumerate([level["score"] for level in levels] or _FIRST):
            data[f"level{row}_score"] = str(score)
        for row, level in enumerate(levels):
            data[f"level{row}_was"] = str(level["score"])
            for language, text in level["label"].items():
                data[f"level{row}_{language}"] = text
        return data

    def name_of(self, key: str) -> str:
        row = key.removeprefix("level")
        return (
            _("Level %(number)s") % {"number": in_figures(int(row) + 1)}
            if row.isdigit()
            else super().name_of(key)
        )

    def stored(self, key: str) -> Mapping[str, str]:
        if not key.startswith("level"):
            return super().stored(key)
        was = self.data.get(f"{key}_was")
        labels = (level["label"] for level in self.raw.get("levels", []) if str(level["score"]) == was)
        return next(labels, {})

    def level_rows(self) -> list[dict[str, Any]]:
        """Each level with its boxes."""
        return [
            {
                "title": _("Level %(number)s") % {"number": in_figures(row + 1)},
                "texts": [self[f"level{row}_{language}"] for language in self.languages],
                **{name: self[f"level{row}_{name}"] for name in ("score", "was", "remove")},
            }
            for row in range(self.rows)
        ]

    def wanted(self) -> dict[str, Any]:
        return {**super().wanted(), "weight": self.whole("weight"), "levels": self._levels()}

    def _levels(self) -> list[dict[str, Any]]:
        """The levels for the file, rising."""
        found: dict[int, dict[str, Any]] = {}
        kept = [row for row in range(self.rows) if not self.cleaned_data.get(f"level{row}_remove")]
        for row in kept:
            text = self.text(f"level{row}", needed=bool(self.stored(f"level{row}")))
            name, score = f"level{row}_score", self.whole(f"level{row}_score")
            if text is None or self.has_error(name):
                continue
            if score is None:
                self.add_error(name, _("Write the figure of this level."))
            elif score in found:
                self.add_error(name, _("Another level has this figure already."))
            else:
                found[score] = {"score": score, "label": text}
        if len(found) < 2 and not self.errors:
            self.add_error(f"level0_{self.languages[0]}", _("A criterion needs at least two levels."))
        return [found[score] for score in sorted(found)]

    def field_of(self, rest: str) -> str | None:
        return f"level0_{self.languages[0]}" if rest.startswith("levels") else super().field_of(rest)
