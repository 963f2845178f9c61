"""What is wrong with an answer is said with the name of its field, in both languages, by every form there is."""

import re
from copy import deepcopy
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django import forms
from django.core import validators
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.forms import BaseForm
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext

LANGUAGES = ("en", "fr")
WRONG = ("", "x" * 5000, "x\0y", "99999999999", "-99999999999", "0.123456789", "2027-02-31", "25:99", "a@b")


def our_forms() -> list[type[BaseForm]]:
    """Every form of the house: whatever the pages can be asked for has been imported by then."""
    import_module("tremplin.web.urls")
    found, todo = list[type[BaseForm]](), list[type[BaseForm]]([BaseForm])
    while todo:
        kind = todo.pop()
        todo.extend(kind.__subclasses__())
        if kind.__module__.startswith("tremplin."):
            found.append(kind)
    return sorted(set(found), key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def said(field: forms.Field, typed: str | list[str], file: SimpleUploadedFile | None = None) -> list[str]:
    """What a form with this one field answers."""
    form = type("One", (forms.Form,), {"it": deepcopy(field)})(
        MultiValueDict({"it": [typed] if isinstance(typed, str) else typed}), {"it": file} if file else {}
    )
    return [str(text) for text in form.errors.get("it", [])]


def bare_sentences() -> list[re.Pattern[str]]:
    """Django's sentences about a field, in the language at hand, with anything where a value stands."""
    kinds = [
        kind for kind in vars(forms).values() if isinstance(kind, type) and issubclass(kind, forms.Field)
    ]
    texts = [
        str(text)
        for kind in kinds
        for text in getattr(kind, "default_error_messages", {}).values()
        if "singular" not in getattr(text, "_kw", {}) and not _counted(text)
    ]
    texts += [
        str(getattr(kind, "message", ""))
        for kind in vars(validators).values()
        if isinstance(kind, type) and not _counted(getattr(kind, "message", ""))
    ]
    counted = (
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
    )
    for one in counted:
        texts += [ngettext(one, one.replace("character", "characters"), count) for count in (1, 2)]
    texts.append(gettext("Ensure this value is less than or equal to %(limit_value)s."))
    return [
        re.compile(re.sub(r"%\\\((\w+)\\\)[sd]|%\((\w+)\)[sd]", ".*", re.escape(text)), re.DOTALL)
        for text in texts
        if text
    ]


def _counted(text: object) -> bool:
    try:
        str(text)
    except KeyError:
        return True
    return False


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_form_of_the_house_answers_in_a_sentence_that_names_no_field(language: str) -> None:
    fields = [
        (f"{kind.__module__}.{kind.__name__}.{name}", field)
        for kind in our_forms()
        for name, field in getattr(kind, "base_fields", {}).items()
    ]
    assert len(fields) > 100
    with translation.override(language):
        bare, answers = bare_sentences(), 0
        for where, field in fields:
            for typed in WRONG:
                for text in said(field, typed):
                    answers += 1
                    assert not any(pattern.fullmatch(text) for pattern in bare), (where, typed[:20], text)
    assert answers > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bare_sentences_would_be_known(language: str) -> None:
    """The check above can fail: a field that Django's own form binds says what it must find."""

    class Theirs(forms.renderers.DjangoTemplates):
        bound_field_class = forms.BoundField

    class Plain(forms.Form):
        it = forms.IntegerField(max_value=10)
        text = forms.CharField(max_length=3)

    with translation.override(language):
        bare = bare_sentences()
        for typed in ("11", "x", ""):
            texts = Plain({"it": typed, "text": "abcd"}, renderer=Theirs()).errors.values()
            for text in (str(one) for many in texts for one in many):
                assert any(pattern.fullmatch(text) for pattern in bare), text


CASES: tuple[tuple[forms.Field, str, str, str], ...] = (
    (
        forms.IntegerField(label="Hours", max_value=1000),
        "1001",
        "“Hours”: write 1,000 or less.",
        "« Hours » : écrivez 1\u202f000 au plus.",
    ),
    (
        forms.IntegerField(label="Hours", min_value=1),
        "0",
        "“Hours”: write 1 or more.",
        "« Hours » : écrivez 1 au moins.",
    ),
    (
        forms.IntegerField(label="Share (in %)"),
        "many",
        "“Share (in %)”: write a whole number, in digits.",
        "« Share (in %) » : écrivez un nombre entier, en chiffres.",
    ),
    (
        forms.IntegerField(label="Share (in %)", max_value=100),
        "101",
        "“Share (in %)”: write 100 or less.",
        "« Share (in %) » : écrivez 100 au plus.",
    ),
    (
        forms.CharField(label="Name", max_length=3),
        "abcde",
        "“Name”: take out 2 characters: the limit is 3.",
        "« Name » : retirez 2 caractères : la limite est de 3.",
    ),
    (
        forms.CharField(label="Name", min_length=3),
        "a",
        "“Name”: write at least 3 characters.",
        "« Name » : écrivez au moins 3 caractères.",
    ),
    (
        forms.CharField(label="What is it?"),
        "",
        "“What is it?”: this is still empty. Fill it in.",
        "« What is it? » : il n’y a encore rien ici. Remplissez ce champ.",
    ),
    (
        forms.ChoiceField(label="One:", choices=[("a", "A")]),
        "b",
        "“One”: choose from the list; what was chosen is not in it, or no longer.",
        "« One » : choisissez dans la liste ; ce qui a été choisi n’y est pas, ou n’y est plus.",
    ),
    (
        forms.BooleanField(label=mark_safe("<b>I</b> agree")),
        "",
        "“I agree”: tick this box to go on.",
        "« I agree » : cochez cette case pour continuer.",
    ),
    (
        forms.DecimalField(label="Sum", max_digits=4, decimal_places=2),
        "1.234",
        "“Sum”: this number has too many digits after the point.",
        "« Sum » : ce nombre a trop de chiffres après la virgule.",
    ),
    (
        forms.DecimalField(label="Sum", step_size=Decimal("0.5")),
        "0.3",
        "“Sum”: write a multiple of 0.5.",
        "« Sum » : écrivez un multiple de 0.5.",
    ),
    (
        forms.DateField(label="Day"),
        "2027-02-31",
        "“Day”: give a day that the calendar has, with all four digits of the year.",
        "« Day » : donnez un jour qui existe, avec les quatre chiffres de l’année.",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("field", "typed", "english", "french"), CASES)
def test_each_kind_of_slip_says_which_field_and_what_to_do(
    field: forms.Field, typed: str, english: str, french: str
) -> None:
    with translation.override("en"):
        assert said(field, typed) == [english]
    with translation.override("fr"):
        assert [
            re.sub(r"[\u00a0\u202f](?=[»:;])|(?<=«)[\u00a0\u202f]", " ", text) for text in said(field, typed)
        ] == [french]


def test_what_a_form_says_in_its_own_words_stays() -> None:
    own = forms.CharField(label="Name", max_length=3, error_messages={"required": "Say who you are."})
    assert said(own, "") == ["Say who you are."]
    checked = forms.CharField(
        label="Word", validators=[validators.RegexValidator("^a", message="Begin with a.")]
    )
    assert said(checked, "b") == ["Begin with a."]
    plain = forms.CharField(label="Word", validators=[validators.RegexValidator("^a")])
    assert said(plain, "b") == ["“Word”: Enter a valid value."]


def test_a_field_without_a_label_is_named_by_what_is_read_aloud() -> None:
    quiet = forms.CharField(label="", widget=forms.TextInput({"aria-label": "Search"}))
    assert said(quiet, "") == ["“Search”: this is still empty. Fill it in."]


def test_files_have_words_of_their_own() -> None:
    field = forms.FileField(label="Paper", max_length=5)
    assert said(field, "") == ["“Paper”: choose a file."]
    assert said(field, "", SimpleUploadedFile("a.pdf", b"")) == [
        "“Paper”: this file is empty. Choose another one."
    ]
    assert said(field, "", SimpleUploadedFile("a-long-name.pdf", b"%PDF")) == [
        "“Paper”: the name of this file is too long. Give it a shorter one."
    ]


def test_two_forms_of_one_class_keep_their_labels_apart() -> None:
    class Small(forms.Form):
        it = forms.CharField(label="Mine")

    first, second = Small({}), Small({})
    second.fields["it"].label = "Yours"
    assert [str(form.errors["it"][0])[:8] for form in (first, second)] == ["“Mine”: ", "“Yours”:"]
    assert Small.base_fields["it"].error_messages["required"] == "This field is required."


def test_a_limit_may_be_a_day() -> None:
    field = forms.DateField(label="Day", validators=[validators.MaxValueValidator(date(2027, 1, 2))])
    with translation.override("en"):
        assert said(field, "2027-01-03") == ["“Day”: give 2 January 2027, or an earlier day."]
