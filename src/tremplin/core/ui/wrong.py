"""Django's own sentences about a field, said so that they name the field and what to do.

`name_errors` is called for each bound field of each form (see `core.ui.forms`), so that no form needs words of
its own for what is empty, too long, too much or no number. Words that a form does give stay as they are.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core import validators
from django.forms.utils import pretty_name
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.errors import Message
from tremplin.core.ui.amounts import number
from tremplin.core.ui.moments import day_text

Params = Mapping[str, Any]
Saying = Callable[[Params], str]


class Named(Promise):
    """A sentence about one field, put together when it is shown.

    A `ValidationError` says `message % params` where there are params and `str(message)` where not: both name it.
    """

    def __init__(self, label: str, saying: Saying) -> None:
        self.label = label
        self.saying = saying

    def __mod__(self, params: Params) -> str:
        text = self.saying(params)
        return _("“%(label)s”: %(text)s") % {"label": self.label, "text": text} if self.label else text

    def __str__(self) -> str:
        return self % {}


def name_errors(field: forms.Field, label: Message) -> None:
    """Let the errors of `field` that would be in Django's words be in ours, with its label."""
    plain = _plain(label)
    said: dict[str, Any] = field.error_messages
    for code, stock in _stock_of(field).items():
        if code in _FILLED_OTHERWISE:
            continue
        said[code] = Named(plain, _saying(field, code, stock))


def label_of(field: forms.Field, name: str) -> Message:
    """What people call a field: its label, what is read aloud in its place, or at the least its name."""
    return field.label or str(field.widget.attrs.get("aria-label", "")) or pretty_name(name)


def _plain(label: Message) -> str:
    text = str(label)
    return (strip_tags(text) if hasattr(label, "__html__") else text).rstrip(" :\N{NO-BREAK SPACE}")


def _stock_of(field: forms.Field) -> dict[str, Message]:
    """What the field would say in Django's words, by code."""
    theirs: dict[str, Message] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            theirs.update(getattr(kind, "default_error_messages", {}))
    said = field.error_messages
    stock: dict[str, Message] = {code: text for code, text in theirs.items() if said.get(code) is text}
    usual = getattr(type(field), "default_validators", [])
    for check in field.validators:
        code, text = getattr(check, "code", None), getattr(check, "message", None)
        theirs_still = check in usual or text is getattr(type(check), "message", None)
        if type(check).__module__.startswith("django.") and theirs_still and code and text:
            stock.update({code: text} if code not in said else {})
    if isinstance(field, forms.DecimalField):
        digits: Mapping[str, Any] = validators.DecimalValidator.messages
        stock |= {code: text for code, text in digits.items() if code not in said}
    return stock


def _saying(field: forms.Field, code: str, stock: Message) -> Saying:
    if code == "required":
        return _always(_by_kind(field, _EMPTY, gettext_lazy("this is still empty. Fill it in.")))
    if code == "invalid" and (text := _by_kind(field, _NOT_READ, "")):
        return _always(text)
    if code in _BY_LIMIT:
        return _BY_LIMIT[code]
    if code in _ELSE:
        return _always(_ELSE[code])
    return lambda params: str(stock % params if params else stock)


def _always(text: Message) -> Saying:
    return lambda _params: str(text)


def _by_kind(field: forms.Field, texts: Mapping[type[forms.Field], Message], otherwise: Message) -> Message:
    """The words for the nearest class of the field: a FloatField is an IntegerField, too."""
    return next((texts[kind] for kind in type(field).__mro__ if kind in texts), otherwise)


def _limit(params: Params) -> str:
    limit = params["limit_value"]
    return number(limit) if isinstance(limit, int) else str(limit)


def _too_much(params: Params) -> str:
    if isinstance(limit := params["limit_value"], date):
        return _("give %(day)s, or an earlier day.") % {"day": day_text(limit)}
    return _("write %(limit)s or less.") % {"limit": _limit(params)}


def _too_little(params: Params) -> str:
    if isinstance(limit := params["limit_value"], date):
        return _("give %(day)s, or a later day.") % {"day": day_text(limit)}
    return _("write %(limit)s or more.") % {"limit": _limit(params)}


def _too_long(params: Params) -> str:
    over = int(params["show_value"]) - int(params["limit_value"])
    return ngettext(
        "take out %(over)s character: the limit is %(limit)s.",
        "take out %(over)s characters: the limit is %(limit)s.",
        over,
    ) % {"over": number(over), "limit": _limit(params)}


def _too_short(params: Params) -> str:
    least = int(params["limit_value"])
    text = ngettext("write at least %(limit)s character.", "write at least %(limit)s characters.", least)
    return text % {"limit": _limit(params)}


_FILLED_OTHERWISE: Final = frozenset({"overflow"})
"""Django puts the figures of this one in by `format`; only a length of time has it, and no form asks for one."""
_BY_LIMIT: Final[dict[str, Saying]] = {
    "max_value": _too_much,
    "min_value": _too_little,
    "step_size": lambda params: _("write a multiple of %(limit)s.") % {"limit": _limit(params)},
    "max_length": lambda params: (
        _too_long(params)
        if "show_value" in params
        else _("the name of this file is too long. Give it a shorter one.")
    ),
    "min_length": _too_short,
}
_LISTED: Final = gettext_lazy("choose from the list; what was chosen is not in it, or no longer.")
_ELSE: Final[dict[str, Message]] = {
    "invalid_choice": _LISTED,
    "invalid_list": _LISTED,
    "invalid_pk_value": _LISTED,
    "missing": gettext_lazy("no file arrived. Choose it again."),
    "empty": gettext_lazy("this file is empty. Choose another one."),
    "contradiction": gettext_lazy("choose a file or tick the box that removes it, not both."),
    "invalid_image": gettext_lazy("this is not a picture that can be read. Choose another one."),
    "null_characters_not_allowed": gettext_lazy("this holds a character that cannot be kept. Type it anew."),
    "max_digits": gettext_lazy("this number has too many digits."),
    "max_whole_digits": gettext_lazy("this number has too many digits before the point."),
    "max_decimal_places": gettext_lazy("this number has too many digits after the point."),
}
_EMPTY: Final[dict[type[forms.Field], Message]] = {
    forms.BooleanField: gettext_lazy("tick this box to go on."),
    forms.ChoiceField: gettext_lazy("choose one."),
    forms.ModelChoiceField: gettext_lazy("choose one."),
    forms.MultipleChoiceField: gettext_lazy("choose at least one."),
    forms.ModelMultipleChoiceField: gettext_lazy("choose at least one."),
    forms.FileField: gettext_lazy("choose a file."),
}
_NUMBER: Final = gettext_lazy("write a number, in digits.")
_NOT_READ: Final[dict[type[forms.Field], Message]] = {
    forms.IntegerField: gettext_lazy("write a whole number, in digits."),
    forms.FloatField: _NUMBER,
    forms.DecimalField: _NUMBER,
    forms.DateField: gettext_lazy("give a day that the calendar has, with all four digits of the year."),
    forms.DateTimeField: gettext_lazy("give a day that the calendar has, and an hour such as 09:30."),
    forms.TimeField: gettext_lazy("write an hour such as 09:30."),
    forms.EmailField: gettext_lazy("write the whole address, such as name@example.org."),
    forms.URLField: gettext_lazy("write the whole address; it begins with https://."),
    forms.FileField: gettext_lazy("no file arrived. Choose it again."),
}
