"""What the forms of all items share: texts in each language, and fields that keep whatever was typed."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.builder.rules.codes import codes_in, fresh_code
from tremplin.builder.rules.words import kind_words
from tremplin.core.errors import Message
from tremplin.core.text import joined, language_name, plain, say
from tremplin.core.ui.forms import say_optional
from tremplin.programmes.file import Fault
from tremplin.programmes.schema import Plan
from tremplin.programmes.schema.profile import load_profile

_OWN = re.compile(r"^([a-z_]+)(?:\[(\d+|[a-z][a-z0-9_-]*)\])?")
MOST_TYPED = 200_000  # characters of one form that are kept


Text = tuple[str, Message, int]


@dataclass(frozen=True, slots=True)
class Column:
    """The texts of an item in one language."""

    language: str
    title: str
    fields: list[Any]


class ItemForm(forms.Form):
    """The fields of one item. `texts` and `below`: key, label, rows of its box; in each language if `needed`."""

    use_required_attribute = False
    kind = ""
    texts: Sequence[Text] = ()
    below: Sequence[Text] = ()
    """Texts that stand further down the page and that are no keys of the item itself."""
    needed: frozenset[str] = frozenset()
    only_for: Mapping[str, frozenset[str]] = {}
    """Fields that mean something for some kinds of answer alone. The page has them all and shows those of the kind:
    what was typed into the others is kept, is not looked at, and goes into no file."""

    def __init__(
        self,
        plan: Plan,
        data: Mapping[str, Any] | None = None,
        *,
        code: str = "",
        raw: Mapping[str, Any] | None = None,
        section: str = "",
    ) -> None:
        self.plan, self.code, self.raw, self.section = plan, code, dict(raw or {}), section
        self.locked = ""
        super().__init__(data if data is not None else self.shown(self.raw))
        self.typed = data is not None
        self.only_shown = False
        self.languages: list[str] = list(plan.programme.languages)
        self.heights = {key: rows for key, _label, rows in (*self.texts, *self.below)}
        for key, label, rows in (*self.texts, *self.below):
            self.add_texts(key, label, rows)
        self.build()

    @property
    def is_new(self) -> bool:
        """Whether the item is still to be added."""
        return not self.raw

    def add_texts(self, key: str, label: Message, rows: int) -> None:
        """A box in each language."""
        for language in self.languages:
            self.fields[f"{key}_{language}"] = text_field(label, rows, language)

    def build(self) -> None:
        """Add what is not text."""

    def full_clean(self) -> None:
        """What stands in the file is shown as it is; only what somebody has typed is looked at."""
        if self.typed and not self.only_shown:
            super().full_clean()
            for name in [name for name in self.errors if not self.is_of_kind(name)]:
                del self.errors[name]
        else:
            self.cleaned_data: dict[str, Any] = {}
            self._errors = forms.utils.ErrorDict(renderer=self.renderer)

    @property
    def chosen_kind(self) -> str:
        """Which kind of answer the page shows the fields of; empty for items that know no kinds."""
        return ""

    def is_of_kind(self, name: str) -> bool:
        """Whether the field means something for the kind of answer that was chosen."""
        return self.chosen_kind in self.only_for.get(name, {self.chosen_kind})

    def kinds_of(self, name: str) -> str:
        """The kinds that a field is there for, as the page marks them."""
        return " ".join(sorted(self.only_for[name]))

    @property
    def kind_name(self) -> str:
        return kind_words(self.chosen_kind)

    def lock_kind(self, why: str) -> None:
        """The kind of answer stays what it is: the page says why instead of offering others."""
        self.locked = why
        self.fields["kind"].disabled = True
        self.initial["kind"] = self.raw["kind"]

    def columns(self, keys: Iterable[str] = ()) -> list[Column]:
        """The texts side by side, a column for each language."""
        names = list(keys) or [key for key, _label, _rows in self.texts]
        return [
            Column(
                language,
                language_name(language).capitalize(),
                [self[f"{key}_{language}"] for key in names],
            )
            for language in self.languages
        ]

    def shown(self, raw: Mapping[str, Any]) -> MultiValueDict[str, str]:
        """What the item says, as a browser would have sent it."""
        data: MultiValueDict[str, str] = MultiValueDict()
        for key, _label, _rows in (*self.texts, *self.below):
            for language, text in self.stored(key).items():
                data[f"{key}_{language}"] = text
        return data

    def stored(self, key: str) -> Mapping[str, str]:
        """The text under `key` as the file has it."""
        return self.raw.get(key) or {}

    def text(self, key: str, *, needed: bool = False) -> dict[str, str] | None:
        """A text in every language; None where it is empty in all. Faults stand at the language that lacks it."""
        found = {str(language): self._typed_text(key, language) for language in self.languages}
        given = [language for language in self.languages if found[language].strip()]
        for language in self.languages:
            if language in given or not (given or needed or key in self.needed):
                continue
            if not self.has_error(f"{key}_{language}"):
                text = (
                    _("“%(what)s” is missing in %(language)s.")
                    if given
                    else _("Write “%(what)s” in %(language)s.")
                )
                names = {"what": self.name_of(key), "language": language_name(language)}
                self.add_error(f"{key}_{language}", text % names)
        # What the file has in a language that the programme does not speak stays there.
        others = {code: text for code, text in self.stored(key).items() if code not in self.languages}
        return {**found, **others} if given else None

    def name_of(self, key: str) -> str:
        """What the page calls a text, so that its fault is understood away from its box."""
        return str(self.fields[f"{key}_{self.languages[0]}"].label)

    def _typed_text(self, key: str, language: str) -> str:
        """What was typed; in one line where a line is meant, but never other than it stood before."""
        text = str(self.cleaned_data.get(f"{key}_{language}") or "")
        if text == self.stored(key).get(language, ""):
            return text
        one_line = self.heights.get(key, 1) < 3
        return " ".join(text.split("\n")).strip() if one_line else text.strip()

    def wanted(self) -> dict[str, Any]:
        """The values for the file, once the form has been looked at; what was not sound is among its errors."""
        return {key: self.text(key) for key, _label, _rows in self.texts}

    def check_law(self, label: Mapping[str, str] | None, field: str, uses: Collection[str]) -> None:
        """A fault where the item is called like something that the law guards and does not say what it is for."""
        name = (label or {}).get(self.languages[0], "")
        code = self.code or fresh_code(name, codes_in(self.plan), fallback=self.kind)
        attribute = load_profile(self.plan.jurisdiction.profile).attribute(code)
        if attribute is None:
            return
        permitted = any(use in uses and use not in attribute.locked for use in attribute.purposes)
        text = (
            _("“%(what)s” is guarded by law: choose here what the answer is for.")
            if permitted
            else _("“%(what)s” is guarded by law and may not be asked about here. Leave the question out.")
        )
        self.add_error(field, text % {"what": say(attribute.label)})

    def typed_only(self) -> None:
        """Show what was typed and find no fault with it yet."""
        self.only_shown = True

    def whole(self, name: str) -> int | None:
        value = self.cleaned_data.get(name) if self.is_of_kind(name) else None
        return value if isinstance(value, int) else None

    def read(self) -> dict[str, Any] | None:
        """The values for the file; None when something is wrong, and stands at its field."""
        self.full_clean()
        values = self.wanted()
        return None if self.errors else values

    def first_error(self) -> str:
        return next((str(errors[0]) for errors in self.errors.values()), "")

    # ---- faults of the file's reader, brought to their fields ----------------------------------------------

    def key(self, section: str = "") -> str:
        """What the file's reader calls this item."""
        return {
            "form": "application",
            "reading": "review",
            "question": f"application.sections[{section}].questions[{self.code}]",
            "section": f"application.sections[{self.code}]",
            "door": f"eligibility[{self.code}]",
            "criterion": f"review.criteria[{self.code}]",
        }[self.kind]

    def show_faults(self, faults: Sequence[Fault], section: str = "") -> None:
        """Put each fault at the field that it is about; those of other items stand above all fields."""
        start = self.key(section)
        for fault in faults:
            if fault.key == start or fault.key.startswith(f"{start}."):
                self.add_error(self.field_of(fault.key.removeprefix(start).lstrip(".")), fault.message)
            else:
                self.add_error(None, joined(fault.key, fault.message) if fault.key else fault.message)

    def field_of(self, rest: str) -> str | None:
        """The field that holds the key `rest` of this item; None for none."""
        found = _OWN.match(rest)
        name = found[1] if found else ""
        if name in self.fields:
            return name
        return f"{name}_{self.languages[0]}" if f"{name}_{self.languages[0]}" in self.fields else None


def number_field(
    label: Any, help_text: Any = "", *, least: int | None = None, most: int | None = None
) -> forms.Field:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=least,
        max_value=most,
        widget=forms.TextInput({"inputmode": "numeric", "size": "8", "dir": "ltr"}),
        error_messages={
            "invalid": gettext_lazy("Write a whole number."),
            "min_value": gettext_lazy("Write %(limit_value)s or more."),
            "max_value": gettext_lazy("Write %(limit_value)s or less."),
        },
    )


def text_field(label: Any, rows: int, language: str) -> forms.CharField:
    widget = forms.TextInput() if rows == 1 else forms.Textarea({"rows": rows})
    widget.attrs |= {"lang": language, "spellcheck": "true"}
    field = forms.CharField(label=label, required=False, widget=widget, strip=rows == 1)
    say_optional(field, False)
    return field


def posted(data: QueryDict) -> QueryDict:
    """What a browser sent, with plain line ends and without what no database can hold."""
    clean = QueryDict(mutable=True)
    for name, texts in data.lists():
        clean.setlist(name, [plain(text) for text in texts])
    return clean


def kept(data: QueryDict) -> dict[str, list[str]]:
    """The fields of an item that are worth keeping: not tokens, not buttons, not more than can be meant."""
    left = MOST_TYPED
    found: dict[str, list[str]] = {}
    for name, texts in data.lists():
        if name.startswith(("csrf", "_")) or name in {"once", "base", "began"} or len(name) > 60:
            continue
        left -= sum(map(len, texts))
        if left >= 0:
            found[name] = [str(text) for text in texts]
    return found


def as_data(values: Mapping[str, Sequence[str]]) -> MultiValueDict[str, str]:
    """What was kept, as a browser would have sent it."""
    return MultiValueDict({name: list(texts) for name, texts in values.items()})
