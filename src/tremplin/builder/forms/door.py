"""One door before the form: which answers open it, and what those hear whom it shuts out."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from babel import Locale
from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.builder.forms.base import number_field
from tremplin.builder.forms.options import OptionsForm, chosen
from tremplin.builder.forms.reasons import ReasonsForm
from tremplin.builder.rules.guarded import permitted_uses
from tremplin.builder.rules.words import DOOR_NAMES, yes_or_no
from tremplin.core.text import fold
from tremplin.core.ui.amounts import locale, number
from tremplin.core.ui.forms import Radios, say_optional
from tremplin.programmes.schema.application import WEEK_HOURS, country_codes, country_names

_KINDS = ("yes_no", "choice", "number", "country", "commitments")


class DoorForm(ReasonsForm, OptionsForm):
    """The question, the answers that open, the refusal, what else there is, and why the door is there."""

    kind = "door"
    with_passes = True
    texts = (
        ("label", gettext_lazy("The question"), 2),
        ("help", gettext_lazy("A line under it that helps"), 2),
        ("refusal", gettext_lazy("Why the door is closed"), 3),
        ("elsewhere", gettext_lazy("What else there is for this person"), 3),
    )
    needed = frozenset({"label", "refusal"})
    only_for: Mapping[str, frozenset[str]] = {
        "passes": frozenset({"yes_no"}),
        "at_least": frozenset({"number"}),
        "at_most": frozenset({"number"}),
        "free_hours": frozenset({"commitments"}),
        "weeks": frozenset({"commitments"}),
        "week_hours": frozenset({"commitments"}),
        "refuses": frozenset({"country"}),
        "options": frozenset({"choice"}),
    }

    def build(self) -> None:
        self.fields["kind"] = forms.ChoiceField(
            label=gettext_lazy("Kind of answer"), choices=[(kind, DOOR_NAMES[kind]) for kind in _KINDS]
        )
        self.fields["passes"] = forms.ChoiceField(
            label=gettext_lazy("The answer that opens the door"),
            choices=[("yes", yes_or_no(True)), ("no", yes_or_no(False))],
            widget=Radios(),
            required=False,
        )
        self.fields["at_least"] = number_field(gettext_lazy("The door opens from"))
        self.fields["at_most"] = number_field(gettext_lazy("The door opens up to"))
        self._hours()
        self.fields["refuses"] = forms.CharField(
            label=gettext_lazy("Countries that close the door"),
            help_text=gettext_lazy("Names or ISO codes, with commas between them. All others open it."),
            required=False,
            widget=forms.Textarea({"rows": 3}),
        )
        self.add_option_fields()
        self.fields["attribute"] = forms.ChoiceField(
            label=gettext_lazy("Does it ask about something that the law guards?"),
            choices=[("", _("No")), *permitted_uses(self.plan, "eligibility")],
            required=False,
        )
        for name in (self.only_for.keys() | {"attribute"}) & self.fields.keys():
            say_optional(self.fields[name], False)

    def _hours(self) -> None:
        self.fields["free_hours"] = number_field(
            gettext_lazy("Hours a week that must stay free"), least=1, most=100
        )
        self.fields["weeks"] = number_field(
            gettext_lazy("In how many weeks in a row; empty: in all"), least=1, most=60
        )
        self.fields["week_hours"] = number_field(
            gettext_lazy("Hours a week that one has in all; empty: 60"), least=10, most=100
        )

    @property
    def chosen_kind(self) -> str:
        kind = str(self.data.get("kind") or "yes_no")
        return kind if kind in _KINDS else "yes_no"

    def has_options(self) -> bool:
        return self.chosen_kind == "choice"

    def shown(self, raw: Mapping[str, Any]) -> MultiValueDict[str, str]:
        data = super().shown(raw)
        data.update(self.shown_options(raw))
        for name in ("kind", "at_least", "at_most", "weeks", "week_hours", "attribute"):
            if raw.get(name) is not None:
                data[name] = str(raw[name])
        if raw.get("kind") == "commitments":
            data["free_hours"] = data.pop("at_least")[0]
        if raw.get("kind") == "yes_no":
            data["passes"] = next(iter(raw.get("passes", [])), "")
        if raw.get("refuses"):
            names = Locale.parse(str(locale())).territories
            data["refuses"] = ", ".join(names.get(code, code) for code in raw["refuses"])
        return data

    def wanted(self) -> dict[str, Any]:
        values = super().wanted()
        kind = self.chosen_kind
        least = "free_hours" if kind == "commitments" else "at_least"
        values |= {"kind": kind, "at_least": self.whole(least), "at_most": self.whole("at_most")}
        values |= {"weeks": self.whole("weeks"), "week_hours": self.whole("week_hours")}
        values["options"] = self.options() if kind == "choice" else []
        given = str(self.cleaned_data.get("passes") or "") if kind == "yes_no" else ""
        opening = self.passing if kind == "choice" else [given] if given else []
        values["passes"] = chosen(opening, self.raw.get("passes", []))
        values["refuses"] = (
            chosen(self._countries(), self.raw.get("refuses", [])) if kind == "country" else []
        )
        values["attribute"] = self.cleaned_data.get("attribute") or ""
        self._check_kind(kind, values)
        if not values["attribute"]:
            self.check_law(values["label"], "attribute", {"eligibility"})
        return values

    def _check_kind(self, kind: str, values: Mapping[str, Any]) -> None:
        """What this kind of door cannot be without, in the words of the page."""
        if kind == "yes_no" and not values["passes"]:
            self.add_error("passes", _("Choose the answer that opens the door."))
        if kind == "choice":
            self._check_answers(values["options"], values["passes"])
        if kind == "number":
            self._check_bounds(values["at_least"], values["at_most"])
        if kind == "country" and not values["refuses"] and not self.has_error("refuses"):
            self.add_error("refuses", _("Name at least one country that closes the door."))
        if kind == "commitments" and not self.has_error("free_hours"):
            hours, whole = values["at_least"], values["week_hours"] or WEEK_HOURS
            if hours is None:
                self.add_error("free_hours", _("Write how many hours a week must stay free."))
            elif hours > whole:
                text = _("A week has %(hours)s hours in all, so nobody has that many free.")
                self.add_error("free_hours", text % {"hours": number(whole)})

    def _check_answers(self, options: Sequence[Mapping[str, Any]], passes: Sequence[str]) -> None:
        self.check_many(options)
        if len(options) < 2:
            return
        if not passes:
            self.add_error("option0_passes", _("Tick the answers that open the door."))
        elif len(passes) == len(options):
            text = _("Every answer opens this door. Leave one unticked, or leave the door out.")
            self.add_error("option0_passes", text)

    def _check_bounds(self, least: int | None, most: int | None) -> None:
        if self.has_error("at_least") or self.has_error("at_most"):
            return
        if least is None and most is None:
            self.add_error("at_least", _("Write from which number the door opens, or up to which."))
        elif least is not None and most is not None and least > most:
            self.add_error(
                "at_most", _("This is below the number from which it opens, so nobody would pass.")
            )

    def _countries(self) -> list[str]:
        known = country_names()
        found: list[str] = []
        for part in re.split(r"[,;\n]", str(self.cleaned_data.get("refuses") or "")):
            name = part.strip()
            if not name:
                continue
            code = name.upper() if name.upper() in country_codes() else known.get(fold(name), "")
            if code:
                found.append(code)
            else:
                self.add_error("refuses", _("“%(name)s” is no country that we know.") % {"name": name})
        return list(dict.fromkeys(found))

    def field_of(self, rest: str) -> str | None:
        if rest.startswith("code"):
            return "attribute"
        if rest.startswith("passes") and self.has_options():
            return super().field_of("options")
        if rest.startswith("at_least") and self.chosen_kind == "commitments":
            return "free_hours"
        return super().field_of(rest)
