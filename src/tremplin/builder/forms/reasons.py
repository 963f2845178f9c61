"""Why a door or a criterion is there: the register of reasons, which everybody can read with its dates."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from tremplin.builder.forms.base import Column, ItemForm, Text
from tremplin.core.errors import Message
from tremplin.programmes.schema.rationale import Rationale

_LABELS: dict[str, Message] = {
    "needed": gettext_lazy("Why the programme needs it"),
    "measures": gettext_lazy("What it measures, and by what"),
    "considered": gettext_lazy("What else was considered, and why not that"),
    "affected": gettext_lazy("Who is likely to be affected, and what is done about it"),
}
_KEYS = {f"why_{name}": name for name in Rationale.model_fields}


class ReasonsForm(ItemForm):
    """A form with the four texts of a reason: none of them, or all."""

    below: tuple[Text, ...] = tuple((key, _LABELS[name], 3) for key, name in _KEYS.items())

    def reason_columns(self) -> list[Column]:
        return self.columns(_KEYS)

    def stored(self, key: str) -> Mapping[str, str]:
        if key not in _KEYS:
            return super().stored(key)
        texts: Mapping[str, str] = (self.raw.get("rationale") or {}).get(_KEYS[key], {})
        return texts

    def wanted(self) -> dict[str, Any]:
        given = any(
            str(self.cleaned_data.get(f"{key}_{language}") or "").strip()
            for key in _KEYS
            for language in self.languages
        )
        texts = {name: self.text(key, needed=given) for key, name in _KEYS.items()}
        return {**super().wanted(), "rationale": texts if given else None}

    def field_of(self, rest: str) -> str | None:
        if rest.startswith("rationale"):
            name = rest.removeprefix("rationale.").split(".")[0]
            key = f"why_{name if name in Rationale.model_fields else 'needed'}"
            return f"{key}_{self.languages[0]}"
        return super().field_of(rest)
