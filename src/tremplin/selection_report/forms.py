"""What organisers write for the report, section by section and in each language of the programme."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tremplin.core.text import language_name
from tremplin.core.ui.forms import TextArea
from tremplin.programmes.models import Cohort
from tremplin.selection_report import rules
from tremplin.selection_report.services import LONGEST, field

Written = dict[str, dict[str, str]]


class WordsForm(forms.Form):
    """One box a section and language. Nothing is needed to save; what is needed to publish is said by the service."""

    show_optional = False

    def __init__(
        self, cohort: Cohort, data: Any = None, *, sections: Mapping[str, Any], by_hand: bool
    ) -> None:
        self._boxes = [
            (section, language)
            for section in rules.sections(by_hand=by_hand)
            for language in cohort.plan.programme.languages
        ]
        super().__init__(
            data,
            initial={
                field(section.code, language): sections.get(section.code, {}).get(language, "")
                for section, language in self._boxes
            },
        )
        first = cohort.plan.programme.languages[0]
        for section, language in self._boxes:
            box = TextArea(rows=4, characters=LONGEST)
            box.attrs["lang"] = language
            self.fields[field(section.code, language)] = forms.CharField(
                label=_("%(section)s, in %(language)s")
                % {"section": section.label, "language": language_name(language)},
                help_text=str(section.hint) if language == first else "",
                required=False,
                widget=box,
            )

    def written(self) -> Written:
        """What was typed, as it was typed."""
        found: Written = {}
        for section, language in self._boxes:
            text = str(self.data.get(field(section.code, language), "")).replace("\r\n", "\n")
            found.setdefault(section.code, {})[language] = text
        return found

    def differences(self, stored: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What is stored now, box by box, where it is not what was typed."""
        typed = self.written()
        return [
            (str(self.fields[field(section.code, language)].label), kept)
            for section, language in self._boxes
            if (kept := stored.get(section.code, {}).get(language, ""))
            != typed[section.code][language].strip()
        ]
