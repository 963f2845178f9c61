"""Controls are written as Django would write them, letter by letter."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from tremplin.core.ui import controls
from tremplin.core.ui.forms import Renderer

WIDGETS = [
    forms.CheckboxInput, forms.ColorInput, forms.DateInput, forms.DateTimeInput, forms.EmailInput, forms.FileInput,
    forms.HiddenInput, forms.NumberInput, forms.PasswordInput, forms.SearchInput, forms.TelInput, forms.Textarea,
    forms.TextInput, forms.TimeInput, forms.URLInput,
]  # fmt: skip
VALUES = [
    None, "", "Ada", "<script>'\"&", mark_safe("<b>"), 0, 1234567, 1.5, True, False, date(2026, 11, 23),
    _("Menu"), "two\nlines", ("a", "b"),
]  # fmt: skip
ATTRIBUTES: list[dict[str, Any]] = [
    {},
    {"id": "a", "required": True, "disabled": False, "rows": 5, "data-x": "\"<&'", "title": _("Menu")},
    {"aria-label": mark_safe("a &amp; b"), "data-none": None, "class": ""},
]


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_control_is_what_django_would_draw(widget: Any, value: Any) -> None:
    for attributes in ATTRIBUTES:
        for name in ("plain", 'odd"<&'):
            made = widget(attrs=attributes)
            ours = made.render(name, value, {"id": "id_b"}, Renderer())
            assert ours == made.render(name, value, {"id": "id_b"}, DjangoTemplates())
            assert controls.drawn(made.template_name, made.get_context(name, value, {"id": "id_b"})) == ours
            assert hasattr(ours, "__html__")


@pytest.mark.parametrize("widget", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_an_option_is_what_django_would_draw(widget: Any) -> None:
    class Form(forms.Form):
        choice = forms.ChoiceField(choices=[("a", "A <b>"), ('"', "B")], widget=widget)

    for label in (True, False):
        both = [
            [
                str(option.tag(wrap_label=label))
                for option in Form({"choice": "a"}, renderer=renderer)["choice"]
            ]
            for renderer in (Renderer(), DjangoTemplates())
        ]
        assert both[0] == both[1]
        assert both[0][0].count("<input") == 1
