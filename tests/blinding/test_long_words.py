"""Fifty thousand letters without a space are looked through once: whoever sends them delays nobody else.

Before patterns had an end to the length of their parts, some of these took minutes of a processor.
"""

import pytest

from tremplin.blinding.rules import Declared, redact
from tremplin.blinding.rules.contacts import contacts
from tremplin.blinding.rules.declared import Known

LONG = 50_000
KNOWN = Known(
    [Declared("person", "Ada Lovelace"), Declared("school", "École des Mines"), Declared("town", "Lyon")],
    {"adalovelace"},
)


@pytest.mark.parametrize(
    "piece", ["a", "a.", "a-", "1", "1 ", "@", "+1", "x@y.z", "www.", "a at b. ", "1 rue de la "]
)
def test_the_same_piece_over_and_over_is_looked_through(piece: str) -> None:
    text = (piece * LONG)[:LONG]
    assert set(redact({"essay": text}, KNOWN).texts) == {"essay"}


@pytest.mark.parametrize(
    "text",
    [
        "ada.lovelace@example.org",
        "Ada.Lovelace+scholars@mail.example.co.uk",
        "ada at example dot org",
        "ada arobase exemple point fr",
        "https://example.org/ada?x=1",
        "www.example.org/ada",
        "a.b.c.example.org/ada",
        "x" * 200 + " ada@example.org",
        "see:ada-lovelace.example.com",
    ],
)
def test_what_leads_to_somebody_is_found_as_before(text: str) -> None:
    found = list(contacts(text))
    assert found
    assert max(piece.end for piece in found) == len(text)
