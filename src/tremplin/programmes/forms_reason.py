"""A reason that stands in a mail, in each language in which the mail is read."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tremplin.core.text import Text, language_name
from tremplin.core.ui.forms import TextArea

LONGEST = 500


def add_translations(form: forms.Form, languages: Sequence[str]) -> None:
    """Beside the field `reason`, which is in the first language, one for each other; they may stay empty."""
    for language in languages[1:]:
        name = language_name(language)
        widget = TextArea(rows=3, characters=LONGEST)
        widget.attrs["lang"] = language
        form.fields[f"reason_{language}"] = forms.CharField(
            label=_("The same in this language: %(language)s") % {"language": name},
            help_text=_("Left empty, those who read it get the text above as it is."),
            max_length=LONGEST,
            required=False,
            widget=widget,
        )
    before, after = _around([*form.fields], "reason")
    form.order_fields([*before, *(f"reason_{language}" for language in languages[1:]), *after])


def _around(names: list[str], name: str) -> tuple[list[str], list[str]]:
    place = names.index(name) + 1
    return names[:place], names[place:]


def translations(form: forms.Form, languages: Sequence[str]) -> list[forms.BoundField]:
    """Those fields, for the page."""
    names = (f"reason_{language}" for language in languages[1:])
    return [form[name] for name in names if name in form.fields]


def reasons(data: dict[str, Any], languages: Sequence[str]) -> Text:
    """What was written, by language; none where nothing was."""
    given = {language: str(data.get(f"reason_{language}", "")) for language in languages[1:]}
    return {
        language: text
        for language, text in {languages[0]: str(data.get("reason", "")), **given}.items()
        if text.strip()
    }
