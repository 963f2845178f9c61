"""The markup of forms, read as a screen reader would: by its references."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.formsets import formset_factory
from django.test.html import parse_html
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from tremplin.core.ui.forms import (
    Checkboxes,
    DatePicker,
    DateTimePicker,
    DayMonthYear,
    LongList,
    MaxWords,
    Radios,
    Renderer,
    TextArea,
)
from tremplin.core.ui.parts import error_rows


class Page(HTMLParser):
    """Elements by id, and all of them in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(str(html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _tag, attrs in self.elements if "id" in attrs]

    def one(self, tag: str, **wanted: str) -> dict[str, str]:
        found = [a for t, a in self.elements if t == tag and all(a.get(k) == v for k, v in wanted.items())]
        assert len(found) == 1, (tag, wanted, found)
        return found[0]

    def control(self, name: str) -> dict[str, str]:
        return next(
            a for t, a in self.elements if t in {"input", "select", "textarea"} and a.get("name") == name
        )


class Sample(forms.Form):
    name = forms.CharField(label="Name <b>", max_length=20)
    email = forms.EmailField(label="Mail", help_text="Hint <i>", required=False)
    text = forms.CharField(
        label="Text", help_text="Plain words.", widget=TextArea(words=3), validators=[MaxWords(3)]
    )
    hours = forms.ChoiceField(
        label="Hours", choices=[("1", "One"), ("2", "Two")], widget=Radios(hints={"2": "More"})
    )
    topics = forms.MultipleChoiceField(
        label="Topics", choices=[("a", "A")], required=False, widget=Checkboxes(), help_text="Any."
    )
    born = forms.DateField(label="Born", required=False, widget=DayMonthYear({"autocomplete": "bday"}))
    agree = forms.BooleanField(label="I agree", help_text="To all.")
    paper = forms.FileField(label="Paper", required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def bound(**data: Any) -> Sample:
    form = Sample(
        MultiValueDict({key: value if isinstance(value, list) else [value] for key, value in data.items()})
    )
    form.is_valid()
    return form


def test_every_reference_of_an_invalid_form_leads_somewhere_and_every_id_is_unique() -> None:
    page = Page(bound(email="x", text="a b c d", born_day="31", born_month="2", born_year="1998"))
    ids = page.ids
    assert len(ids) == len(set(ids))
    for _tag, attrs in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for target in attrs.get(name, "").split():
                assert target in ids, (name, target)


def test_every_control_has_a_label() -> None:
    page = Page(bound())
    labelled = {attrs["for"] for tag, attrs in page.elements if tag == "label"}
    for tag, attrs in page.elements:
        if tag in {"input", "select", "textarea"} and attrs.get("type") != "hidden":
            assert attrs["id"] in labelled


def test_an_invalid_control_says_so_and_is_described_by_hint_and_error() -> None:
    control = Page(bound(email="x")).control("email")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "id_email_helptext id_email_error"


def test_a_valid_control_does_not_claim_to_be_invalid() -> None:
    control = Page(bound(email="a@example.org")).control("email")
    assert "aria-invalid" not in control
    assert control["aria-describedby"] == "id_email_helptext"


def test_a_counted_answer_is_described_by_its_limit() -> None:
    page = Page(bound(text="one"))
    assert page.control("text")["aria-describedby"] == "id_text_helptext id_text_count"
    assert page.one("p", id="id_text_count")["data-left-other"] == "{n} words left"


def test_a_group_is_a_fieldset_with_its_error_and_its_options_are_not_each_invalid() -> None:
    html = str(bound())
    page = Page(html)
    assert page.one("fieldset", id="id_hours")["aria-describedby"] == "id_hours_error"
    assert "<legend>Hours</legend>" in html
    radios = [attrs for tag, attrs in page.elements if tag == "input" and attrs.get("name") == "hours"]
    assert [radio.get("aria-invalid") for radio in radios] == [None, None]
    assert [radio.get("aria-describedby") for radio in radios] == [None, "id_hours_1_hint"]


def test_labels_hints_and_what_was_typed_are_escaped() -> None:
    html = str(bound(name='"><script>', text="</textarea><script>"))
    assert "<script>" not in html
    assert "Name &lt;b&gt;" in html
    assert "Hint &lt;i&gt;" in html


def test_only_optional_fields_are_marked_and_a_form_may_choose_not_to() -> None:
    class Quiet(Sample):
        show_optional = False

    with translation.override("en"):
        assert str(Sample()["email"].as_field_group()).count("(optional)") == 1
        assert "(optional)" not in Sample()["name"].as_field_group()
        assert "(optional)" not in Quiet()["email"].as_field_group()


def test_addresses_run_left_to_right_and_other_text_as_it_is_written() -> None:
    page = Page(Sample())
    assert page.control("email")["dir"] == "ltr"
    assert page.control("name")["dir"] == page.control("text")["dir"] == "auto"
    assert "dir" not in page.control("key")


def test_a_hidden_field_is_only_hidden() -> None:
    assert Sample()["key"].as_field_group() == '<input type="hidden" name="key" id="id_key">'


def test_the_summary_links_each_error_to_its_control() -> None:
    rows = error_rows(bound(email="x", born_day="31", born_month="2", born_year="1998", topics=["zz"]))
    assert {row["href"] for row in rows} <= {f"#{id_}" for id_ in Page(bound()).ids}
    assert [row["href"] for row in rows] == [
        "#id_name",
        "#id_email",
        "#id_text",
        "#id_hours_0",
        "#id_topics_0",
        "#id_born_day",
        "#id_agree",
    ]


def test_the_summary_names_the_field_and_keeps_the_words_that_a_field_has_of_its_own() -> None:
    with translation.override("en"):
        texts = [row["text"] for row in error_rows(bound(email="x", text="a b c d"))]
    assert "“Name <b>”: this is still empty. Fill it in." in texts
    assert "“Mail”: write the whole address, such as name@example.org." in texts
    assert "Take out 1 word: the limit is 3." in texts


def test_the_summary_gathers_several_forms_and_formsets() -> None:
    class Small(forms.Form):
        a = forms.CharField(error_messages={"required": "Say a."})

        def clean(self) -> None:
            raise forms.ValidationError("Both are wrong.")

    many = formset_factory(Small, extra=0, min_num=2, validate_min=True)
    rows = many({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-a": "x"})
    rows.is_valid()
    texts = [(row["href"], row["text"]) for row in error_rows(Small({}), None, rows)]
    assert texts[:2] == [("", "Both are wrong."), ("#id_a", "Say a.")]
    assert texts[2][1] == "Please submit at least 2 forms."
    assert texts[3] == ("", "Both are wrong.")


@pytest.mark.parametrize(
    ("day", "month", "year", "value"),
    [
        ("3", "4", "1998", "1998-04-03"),
        ("", "", "", None),
        ("31", "2", "1998", None),
        ("1", "1", "98", None),
        ("x", "", "1998", None),
        ("1-1", "1", "1998", "1998-01-11"),
    ],
)
def test_a_known_day_is_typed_in_three_boxes(day: str, month: str, year: str, value: str | None) -> None:
    class Day(forms.Form):
        born = forms.DateField(widget=DayMonthYear())

    form = Day({"born_day": day, "born_month": month, "born_year": year})
    assert form.is_valid() is (value is not None)
    assert str(form.cleaned_data.get("born")) == str(value)


def test_a_wrong_day_is_shown_again_as_it_was_typed() -> None:
    page = Page(bound(born_day="31", born_month="2", born_year="98"))
    assert [page.control(f"born_{part}")["value"] for part in ("day", "month", "year")] == ["31", "2", "98"]
    assert page.control("born_day")["autocomplete"] == "bday-day"
    assert page.control("born_day")["aria-invalid"] == "true"


def test_a_known_day_can_be_shown_for_change() -> None:
    class Day(forms.Form):
        born = forms.DateField(widget=DayMonthYear())

    import datetime

    page = Page(Day(initial={"born": datetime.date(1998, 4, 3)}))
    assert [page.control(f"born_{part}")["value"] for part in ("day", "month", "year")] == ["3", "4", "1998"]
    assert DayMonthYear().value_omitted_from_data({}, {}, "born")


def test_pickers_speak_the_language_of_the_browser_not_of_the_page() -> None:
    import datetime

    class Pick(forms.Form):
        day = forms.DateField(widget=DatePicker(), initial=datetime.date(2027, 1, 2))
        at = forms.DateTimeField(widget=DateTimePicker(), initial=datetime.datetime(2027, 1, 2, 9, 30))

    with translation.override("fr"):
        page = Page(Pick())
    assert page.control("day")["value"] == "2027-01-02"
    assert page.control("at")["value"] == "2027-01-02T09:30"


def test_words_are_counted_as_the_script_counts_them() -> None:
    MaxWords(3)("one  two\nthree ")
    with pytest.raises(forms.ValidationError, match=r"2"):
        MaxWords(1)("l’été vient là")
    assert MaxWords(3) == MaxWords(3) != MaxWords(4)
    assert hash(MaxWords(3)) == hash(MaxWords(3))


def test_a_limit_in_characters_has_its_own_words() -> None:
    class Short(forms.Form):
        a = forms.CharField(widget=TextArea(characters=1200))

    with translation.override("fr"):
        html = str(Short())
    assert "1\u202f200 caractères au plus." in html
    assert 'data-left-one="Il reste {n} caractère"' in html
    assert re.search(r'data-count="1200"[^>]*data-count-unit="characters"', html)


def test_a_formset_draws_each_form_and_its_management() -> None:
    html = str(formset_factory(Sample, extra=2)())
    assert html.count('class="formset-row"') == 2
    assert 'name="form-TOTAL_FORMS"' in html


def test_an_error_of_the_whole_form_is_shown_even_without_a_summary() -> None:
    class Small(forms.Form):
        def clean(self) -> None:
            raise forms.ValidationError("Both <are> wrong.")

    assert "Both &lt;are&gt; wrong." in str(Small({}))


def test_a_long_list_is_drawn_as_django_draws_it_and_escapes_what_it_is_given() -> None:
    choices = [("", "Choose…"), ("a&b", "<b>A</b>"), ("é", 'L\u2019"Île')]
    attrs = {"id": "id_place", "aria-invalid": "true", "required": True, "hidden": False}
    for value in ("", "a&b", "é", "unknown", None):
        field = forms.ChoiceField(choices=choices, widget=LongList({"class": "wide"}))
        django = forms.ChoiceField(choices=choices, widget=forms.Select({"class": "wide"}))
        ours = field.widget.render("place", value, attrs)
        theirs = django.widget.render("place", value, attrs, Renderer())
        assert parse_html(ours) == parse_html(theirs)
