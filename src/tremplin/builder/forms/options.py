"""The answers of a closed question as rows of fields: a text in each language, a place, a mark to take it out.

A row without text is none. Codes are made from the text when the row is first saved, and never change after that.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tremplin.builder.forms.base import ItemForm
from tremplin.builder.rules.codes import fresh_code
from tremplin.core.ui.forms import say_optional

MORE = 3
MOST = 60


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One answer on the page."""

    code: str
    title: str
    texts: list[Any]
    place: Any
    remove: Any
    passes: Any = None
    people: int = 0
    """How many have chosen it: it cannot be taken out then."""


class OptionsForm(ItemForm):
    """A form with rows of answers; `with_passes` adds to each whether it opens a door."""

    with_passes = False
    chosen_by: Mapping[str, int] = {}
    """Answer → how many people have chosen it."""

    def add_option_fields(self) -> None:
        """Fields for the answers that are there, those that were typed, and a few more."""
        self.rows = min(MOST, max(rows_in("option", self.data), 2) + self._more())
        for number in range(self.rows):
            self.add_texts(f"option{number}", pgettext_lazy("option", "Answer"), 1)
            self.fields[f"option{number}_code"] = forms.CharField(required=False, widget=forms.HiddenInput())
            place = forms.IntegerField(
                label=gettext_lazy("Place"),
                required=False,
                min_value=1,
                max_value=999,
                widget=forms.TextInput({"inputmode": "numeric", "size": "4", "dir": "ltr"}),
            )
            self.fields[f"option{number}_place"] = _quiet(place)
            self.fields[f"option{number}_remove"] = forms.BooleanField(
                label=gettext_lazy("Take this answer out"), required=False
            )
            if self.with_passes:
                self.fields[f"option{number}_passes"] = forms.BooleanField(
                    label=gettext_lazy("Opens the door"), required=False
                )

    def name_of(self, key: str) -> str:
        row = key.removeprefix("option")
        return _("Answer %(number)s") % {"number": int(row) + 1} if row.isdigit() else super().name_of(key)

    def stored(self, key: str) -> Mapping[str, str]:
        if not key.startswith("option"):
            return super().stored(key)
        code = self.data.get(f"{key}_code")
        labels = (option["label"] for option in self.raw.get("options", []) if option["code"] == code)
        return next(labels, {})

    def has_options(self) -> bool:
        """Whether what the form describes is answered by choosing."""
        return True

    def is_of_kind(self, name: str) -> bool:
        return self.has_options() if name.startswith("option") else super().is_of_kind(name)

    def _more(self) -> int:
        return MORE if not self.typed or {"_more", "_show"} & set(self.data) else 0

    def shown_options(self, raw: Mapping[str, Any]) -> dict[str, str]:
        """The answers that the item has, as a browser would have sent them."""
        data: dict[str, str] = {}
        for number, option in enumerate(raw.get("options", [])):
            for language, text in option["label"].items():
                data[f"option{number}_{language}"] = text
            data[f"option{number}_code"] = option["code"]
            data[f"option{number}_place"] = str(number + 1)
            if option["code"] in raw.get("passes", []):
                data[f"option{number}_passes"] = "on"
        return data

    def option_rows(self) -> list[OptionRow]:
        return [
            OptionRow(
                code=str(self[f"option{number}_code"].value() or ""),
                title=_("Answer %(number)s") % {"number": number + 1},
                texts=[self[f"option{number}_{language}"] for language in self.languages],
                place=self[f"option{number}_place"],
                remove=self[f"option{number}_remove"],
                passes=self[f"option{number}_passes"] if self.with_passes else None,
                people=self.chosen_by.get(str(self[f"option{number}_code"].value() or ""), 0),
            )
            for number in range(self.rows)
        ]

    def options(self) -> list[dict[str, Any]]:
        """The answers for the file, in the order of their places."""
        known = {option["code"]: option for option in self.raw.get("options", [])}
        taken = set(known)
        found: list[tuple[int, int, dict[str, Any]]] = []
        for number in range(self.rows):
            if self.cleaned_data.get(f"option{number}_remove"):
                continue
            text = self.text(f"option{number}")
            if text is None:
                continue
            code = str(self.cleaned_data.get(f"option{number}_code") or "")
            if code not in known:
                code = fresh_code(text[self.languages[0]], taken, fallback="answer")
                taken.add(code)
            place = self.whole(f"option{number}_place") or MOST + number
            found.append((place, number, {"code": code, "label": text}))
            if self.cleaned_data.get(f"option{number}_passes"):
                self.passing.append(code)
        return [option for _place, _number, option in sorted(found, key=lambda row: row[:2])]

    def check_many(self, options: Sequence[Mapping[str, Any]]) -> None:
        """A fault at the first row that is empty, where there is nothing to choose between."""
        if len(options) < 2:
            empty = next((row for row in range(self.rows) if not self._is_filled(row)), 0)
            self.add_error(
                f"option{empty}_{self.languages[0]}", _("Write at least two answers to choose from.")
            )

    def _is_filled(self, row: int) -> bool:
        return any(self.cleaned_data.get(f"option{row}_{language}") for language in self.languages)

    def row_of(self, code: str) -> str:
        """How the fields of the row begin that holds the answer `code`; the first row for none."""
        found = (n for n in range(self.rows) if self.cleaned_data.get(f"option{n}_code") == code)
        return f"option{next(found, 0)}"

    @property
    def passing(self) -> list[str]:
        """The codes of the answers that open the door, gathered by `options`."""
        found: list[str] = self.__dict__.setdefault("_passing", [])
        return found

    def field_of(self, rest: str) -> str | None:
        if rest.startswith("options"):
            return f"option0_{self.languages[0]}" if self.rows else None
        return super().field_of(rest)


def rows_in(name: str, data: Mapping[str, Any]) -> int:
    """How many rows of fields a page had: `option0_en`, `option1_en`…"""
    numbers = [re.match(rf"{name}(\d{{1,3}})_", field) for field in data]
    return max((int(found[1]) for found in numbers if found), default=-1) + 1


def _quiet(field: Any) -> Any:
    say_optional(field, False)
    return field


def chosen(values: Sequence[str], raw: Sequence[str]) -> list[str]:
    """`values` in the order in which the file had them, new ones last."""
    return [value for value in raw if value in values] + [value for value in values if value not in raw]
