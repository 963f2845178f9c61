"""How a form looks: `settings.FORM_RENDERER` and the widgets that Django lacks.

Every field is drawn by `core/forms/field.html`: label, hint, error, control, count, all tied together for
someone who cannot see them. Use it by `{{ field.as_field_group }}`, or draw a whole form by `{{ form }}`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.forms.utils import flatatt
from django.utils.deconstruct import deconstructible
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tremplin.core.errors import Message
from tremplin.core.text import count_words
from tremplin.core.ui import controls
from tremplin.core.ui.amounts import number
from tremplin.core.ui.wrong import label_of, name_errors

_BUILT_IN = DjangoTemplates()
_MACHINE_TYPES = {"email", "url", "tel", "number", "password", "date", "datetime-local", "time"}


class BoundField(DjangoBoundField):
    """A field with its data, knowing which of its texts describe it, and saying what is wrong by its label."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        # A form binds its fields before it cleans them, and each form has fields of its own.
        name_errors(field, label_of(field, name))

    @property
    def count_limit(self) -> int | None:
        """The limit to count towards: `data-count` on the widget, else None."""
        limit = self.field.widget.attrs.get("data-count")
        return int(limit) if limit else None

    @property
    def counts_words(self) -> bool:
        return str(self.field.widget.attrs.get("data-count-unit")) == "words"

    @property
    def show_optional(self) -> bool:
        """Whether to mark the field "(optional)": not where the form, or the field, says that it must not."""
        wanted = getattr(self.field, "show_optional", getattr(self.form, "show_optional", True))
        return bool(wanted) and not self.field.required and not self.field.disabled

    @property
    def error_href(self) -> str:
        """Where the error summary should lead: the control itself, the first one of a group."""
        return f"#{self.first_id}"

    @property
    def first_id(self) -> str:
        if not self.use_fieldset:
            return self.id_for_label or self.auto_id
        attrs: dict[str, Any] = self.subwidgets[0].data.get("attrs", {}) if self.subwidgets else {}
        first = getattr(self.field.widget, "first_id", None)
        return str(first(self.auto_id)) if first else str(attrs.get("id") or self.auto_id)

    @property
    def option_rows(self) -> list[dict[str, Any]]:
        """The options of a group of radios or checkboxes, with the hint of each."""
        hints: Mapping[str, Message] = getattr(self.field.widget, "hints", {})
        rows = []
        for option in self.subwidgets:
            hint = hints.get(str(option.data["value"]), "")
            hint_id = f"{option.id_for_label}_hint" if hint and option.id_for_label else ""
            if hint_id:
                option.data["attrs"]["aria-describedby"] = hint_id
            # The whole group is invalid, said once by its fieldset.
            option.data["attrs"].pop("aria-invalid", None)
            rows.append({"option": option, "hint": hint, "hint_id": hint_id})
        return rows

    @property
    def kind(self) -> str:
        """What the template must draw: options, a lone checkbox, a file, or anything else."""
        widget = self.field.widget
        if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return "options"
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        if isinstance(widget, forms.FileInput):
            return "file"
        return "control"

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is None or not self.auto_id or self.count_limit is None:
            return described
        return f"{described} {self.auto_id}_count".strip()

    def build_widget_attrs(self, attrs: Any, widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's, and the direction of what is typed: addresses run left to right in every language."""
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        control = widget or self.field.widget
        if control.is_hidden or "dir" in control.attrs:
            return built
        kind = getattr(control, "input_type", "")
        if kind in _MACHINE_TYPES:
            built.setdefault("dir", "ltr")
        elif kind in {"text", "search"} or isinstance(control, forms.Textarea):
            built.setdefault("dir", "auto")
        return built


def say_optional(field: forms.Field, wanted: bool) -> None:
    """Mark a field “(optional)”, or not, whatever its form says; `BoundField.show_optional` reads it."""
    vars(field)["show_optional"] = wanted


class Renderer(TemplatesSetting):
    """Our templates for forms and fields; Django's for the controls inside."""

    form_template_name = "core/forms/form.html"
    formset_template_name = "core/forms/formset.html"
    field_template_name = "core/forms/field.html"
    bound_field_class = BoundField

    def get_template(self, template_name: str) -> Any:
        """Django's own templates come from Django, so that `django.forms` need not be an installed app."""
        if template_name.startswith("django/forms/"):
            return _BUILT_IN.get_template(template_name)
        return super().get_template(template_name)

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        control = controls.drawn(template_name, context)
        return super().render(template_name, context, request) if control is None else control


_SELECTED: Final = mark_safe(" selected")  # our own words


class LongList(forms.Select):
    """One of many, without groups: written in one go, since Django draws each of 250 countries as a page of its own."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, _SELECTED if str(key) in chosen else "", label) for key, label in self.choices),
        )
        drawn = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", drawn, options)


class Radios(forms.RadioSelect):
    """One of several. `hints` maps a choice's value to a line under its label."""

    def __init__(
        self, attrs: Any = None, choices: Any = (), hints: Mapping[str, Message] | None = None
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})


class Checkboxes(forms.CheckboxSelectMultiple):
    """Any of several. `hints` maps a choice's value to a line under its label."""

    def __init__(
        self, attrs: Any = None, choices: Any = (), hints: Mapping[str, Message] | None = None
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})


class TextArea(forms.Textarea):
    """A long answer. `words` or `characters` is the limit that is said, and counted down while typing."""

    def __init__(self, *, rows: int = 6, words: int | None = None, characters: int | None = None) -> None:
        attrs: dict[str, Any] = {"rows": rows}
        if words or characters:
            attrs["data-count"] = words or characters
            attrs["data-count-unit"] = "words" if words else "characters"
        super().__init__(attrs)


@deconstructible
class MaxWords:
    """A validator that counts as counter.js does: whatever stands between blanks is a word."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, text: str) -> None:
        over = count_words(text) - self.limit
        if over > 0:
            raise ValidationError(
                ngettext(
                    "Take out %(over)s word: the limit is %(limit)s.",
                    "Take out %(over)s words: the limit is %(limit)s.",
                    over,
                )
                % {"over": number(over), "limit": number(self.limit)},
                code="max_words",
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MaxWords) and other.limit == self.limit

    def __hash__(self) -> int:
        return hash(self.limit)


class DatePicker(forms.DateInput):
    """A day near today, by the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimePicker(forms.DateTimeInput):
    """A day and an hour, in the zone of the page."""

    input_type = "datetime-local"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class DayMonthYear(forms.Widget):
    """A day that a person knows by heart, in three boxes: quicker and surer than a calendar."""

    template_name = "core/forms/day_month_year.html"
    use_fieldset = True
    parts = (("day", _("Day"), 2), ("month", _("Month"), 2), ("year", _("Year"), 4))

    def first_id(self, id_: str) -> str:
        return f"{id_}_day"

    def id_for_label(self, id_: str) -> str:
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        """`year-month-day` as typed, even if there is no such day: the field says what is wrong."""
        typed = (str(data.get(f"{name}_{part}", "")) for part, _label, _size in self.parts)
        day, month, year = (text.strip().replace("-", "") for text in typed)
        if not any((day, month, year)):
            return None
        # The year stays as it is: "98" is a slip to point out, not the year 98.
        return "-".join((year, month.zfill(2), day.zfill(2)))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}_{part}" in data for part, _label, _size in self.parts)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if isinstance(value, date):
            value = value.isoformat()
        typed = dict(zip(("year", "month", "day"), (*str(value or "").split("-"), "", ""), strict=False))
        given = context["widget"]["attrs"]
        base, token = given.get("id", f"id_{name}"), given.get("autocomplete", "")
        context["widget"]["parts"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{base}_{part}",
                "label": label,
                "size": size,
                "value": typed[part] if part == "year" else typed[part].lstrip("0"),
                "autocomplete": f"{token}-{part}" if token else "",
                "invalid": "aria-invalid" in given,
            }
            for part, label, size in self.parts
        ]
        return context
