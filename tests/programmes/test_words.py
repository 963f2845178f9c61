"""Every deed of the log has words, and every text of programmes is in French."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

from tests.programmes.typography import slips
from tremplin import programmes
from tremplin.programmes.deeds import DEEDS, STAGES, deed, stage

ROOM = Path(programmes.__file__).parent
SOURCE = ROOM.parent
_VERB = re.compile(r'verb="([a-z_]+\.[a-z-]+)"')


def test_every_deed_of_a_cohort_has_words() -> None:
    verbs = {verb for path in SOURCE.rglob("*.py") for verb in _VERB.findall(path.read_text("utf-8"))}
    of_cohorts = {verb for verb in verbs if verb.partition(".")[0] in STAGES}
    assert of_cohorts
    missing = sorted(of_cohorts - set(DEEDS))
    assert not missing, f"put these into words in tremplin/programmes/deeds.py: {missing}"


def test_a_verb_without_words_is_shown_as_it_is() -> None:
    assert deed("review.danced") == "review.danced"
    assert stage("dancing") == "dancing"


def test_the_french_catalogue_is_whole_and_well_set() -> None:
    with (ROOM / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="fr")
    assert len(catalogue) > 300
    for message in catalogue:
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(strings), message.id
            assert not message.fuzzy, message.id
            assert [slip for text in strings for slip in slips(text, code=True)] == []


def test_the_catalogue_holds_every_text_of_the_room() -> None:
    with (ROOM / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        known = {
            message.id[0] if isinstance(message.id, tuple) else message.id
            for message in read_po(file, locale="fr")
        }
    tags = re.compile(r'{% translate "((?:[^"\\]|\\.)*)"')
    used = {
        text.replace('\\"', '"')
        for path in (ROOM / "templates").rglob("*.html")
        for text in tags.findall(path.read_text("utf-8"))
    }
    assert used
    assert used <= known
