"""The words of one criterion of the rubric. Figures and weights stay with the file: scores hang on them."""

from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from tremplin.builder.forms.base import ItemForm, text_field


class CriterionForm(ItemForm):
    """Name, help, and what each level looks like."""

    kind = "criterion"
    texts = (
        ("label", gettext_lazy("Name of the criterion"), 1),
        ("help", gettext_lazy("Where to look for it, and what does not count"), 3),
    )
    needed = frozenset({"label"})

    def build(self) -> None:
        levels = self.raw.get("levels", [])
        self.needed = frozenset({"label", *(f"level{number}" for number in range(len(levels)))})
        self.levels = []
        for number, level in enumerate(levels):
            for language in self.languages:
                label = gettext_lazy("What it looks like")
                self.fields[f"level{number}_{language}"] = text_field(label, 2, language)
            names = [f"level{number}_{language}" for language in self.languages]
            self.levels.append((level["score"], names))

    def level_rows(self) -> list[tuple[int, list[Any]]]:
        """Each level with its boxes."""
        return [(score, [self[name] for name in names]) for score, names in self.levels]

    def shown(self, raw: Mapping[str, Any]) -> MultiValueDict[str, str]:
        data = super().shown(raw)
        for number, level in enumerate(raw.get("levels", [])):
            for language, text in level["label"].items():
                data[f"level{number}_{language}"] = text
        return data

    def wanted(self) -> dict[str, Any]:
        values = super().wanted()
        values["levels"] = [
            {**level, "label": {**level["label"], **(self.text(f"level{number}") or {})}}
            for number, level in enumerate(self.raw.get("levels", []))
        ]
        return values
