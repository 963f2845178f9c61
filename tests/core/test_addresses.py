"""A mail address that cannot be taken is told which of its characters it is."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from tremplin.core.addresses import AddressField, require_address, tidy_address


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("zoé@example.org", "“é” cannot stand before the @ of an address that we can reach. Is it “e”?"),
        (
            "zoe\u0301@example.org",
            "“é” cannot stand before the @ of an address that we can reach. Is it “e”?",
        ),
        (
            "jürgen.groß@example.org",
            "“ü” cannot stand before the @ of an address that we can reach. Is it “u”?",
        ),
        ("zoe@example,org", "“,” cannot stand after the @. Is it “.”?"),
        ("zoe@exam_ple.org", "“_” cannot stand after the @."),
        ("o’brien@example.org", "“’” cannot stand before the @ of an address that we can reach. Is it “'”?"),
        ("“zoe@example.org", "““” cannot stand before"),
        ("zoe aubigne@example.org", "There is a space in the address."),
        ("zoe.example.org", "The @ is missing."),
        ("zoe@example.org;ada@example.org", "There is more than one @."),
    ],
)
def test_the_character_is_named(typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        require_address(typed)
    assert refused.value.code == "character"
    assert str(refused.value.message).startswith(said)


@pytest.mark.parametrize("typed", ["zoe@example", "zoe@example..org", "@example.org", ""])
def test_what_is_wrong_as_a_whole_is_said_in_general(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        require_address(typed)
    assert refused.value.code == "invalid"


@pytest.mark.parametrize("typed", ["zoe@exämple.org", "a+b_c'd@sub.example.org"])
def test_good_ones_pass(typed: str) -> None:
    require_address(typed)


@pytest.mark.parametrize(
    "typed",
    ["\u200bzoe@example.org\ufeff", "\u00a0zoe@example.org ", "<zoe@example.org>", "mailto:zoe@example.org"],
)
def test_what_copying_brings_along_is_left_out(typed: str) -> None:
    assert tidy_address(typed) == "zoe@example.org"
    assert AddressField().clean(typed) == "zoe@example.org"


def test_it_speaks_french() -> None:
    with translation.override("fr"), pytest.raises(ValidationError) as refused:
        require_address("zoé@example.org")
    assert str(refused.value.message).endswith("Est-ce «\u00a0e\u00a0»\u202f?")
