"""A broken programme file says everything that is wrong with it: the line, the key, the remedy."""

from pathlib import Path

import pytest
from django.utils.translation import override

from tests.programmes.texts import SMALL, line_of, mended
from tremplin.programmes import file
from tremplin.programmes.file import BrokenFile, Fault


def faults(text: str) -> list[Fault]:
    with pytest.raises(BrokenFile) as broken:
        file.read(text)
    return broken.value.faults


def test_a_sound_file_is_read_whole() -> None:
    plan = file.read(SMALL)
    assert plan.programme.code == "small"
    assert [question.code for question in plan.application.questions()][:2] == ["full_name", "country"]


def test_windows_line_ends_and_a_byte_order_mark_are_no_fault() -> None:
    assert file.read("\ufeff" + SMALL.replace("\n", "\r\n")) == file.read(SMALL)


def test_lines_are_right_behind_a_byte_order_mark_and_windows_line_ends() -> None:
    text = "\ufeff" + mended(("places_min = 1", "places_mni = 1")).replace("\n", "\r\n")
    assert [fault.line for fault in faults(text)] == [line_of(SMALL, "places_min = 1")]


def test_what_is_no_toml_is_told_with_its_line() -> None:
    text = mended(('code = "small"', 'code = "small'))
    (fault,) = faults(text)
    assert fault.line == line_of(text, 'code = "small')
    assert "not valid TOML" in fault.message


def test_a_text_that_breaks_off_is_told_at_its_end() -> None:
    (fault,) = faults(SMALL + '\n[more]\ntext = """never ends')
    assert fault.line in {SMALL.count("\n") + 3, SMALL.count("\n") + 4}


def test_a_key_that_stands_twice_is_told() -> None:
    (fault,) = faults(mended(("places_min = 1", "places_min = 1\nplaces_min = 2")))
    assert fault.line == line_of(SMALL, "places_min = 1") + 1


@pytest.mark.parametrize("text", ["", "   \n\n", "\ufeff"])
def test_an_empty_file_says_how_to_begin(text: str) -> None:
    (fault,) = faults(text)
    assert "tremplin programme new" in fault.message


def test_endless_nesting_is_refused_without_a_crash() -> None:
    (fault,) = faults("schema = 1\nx = " + "[" * 20_000 + "]" * 20_000)
    assert "nested" in fault.message


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ("schema = 2", "newer Tremplin"),
        ("schema = 99", "newer Tremplin"),
        ("schema = 0", "write schema = 1"),
        ('schema = "1"', "write schema = 1"),
        ("schema = true", "write schema = 1"),
        ("# nothing", "first line"),
    ],
)
def test_another_schema_is_told_alone(first: str, words: str) -> None:
    (fault,) = faults(SMALL.replace("schema = 1", first).replace("places_min = 1", "nonsense = 1"))
    assert words in fault.message


def test_a_misspelt_key_is_told_once_with_what_was_meant() -> None:
    text = mended(("places_min = 1", "places_mni = 1"))
    (fault,) = faults(text)
    assert fault == Fault(
        line_of(text, "places_mni"),
        "cohort.places_mni",
        "this key is unknown: mend its spelling or take it out – did you mean “places_min”?",
    )


def test_a_key_deep_in_an_inline_table_has_its_own_line() -> None:
    text = mended(
        (
            '{ score = 4, label = { en = "Strong", fr = "Fort" } }',
            '{ score = 4, lable = { en = "S", fr = "F" } }',
        )
    )
    (fault,) = faults(text)
    assert (fault.line, fault.key) == (line_of(text, "lable"), "review.criteria[drive].levels[4].lable")
    assert "label" in fault.message


def test_a_missing_language_points_at_the_text() -> None:
    text = mended((', fr = "Fort"', ""))
    (fault,) = faults(text)
    assert (fault.line, fault.key) == (line_of(text, '"Strong"'), "review.criteria[drive].levels[4].label")
    assert "fr" in fault.message


def test_a_word_that_is_not_offered_says_what_is() -> None:
    text = mended(('"impact"]', '"impcat"]'))
    fault = next(fault for fault in faults(text) if fault.key == "stages[10]")
    assert fault.line == 3
    assert fault.message.endswith("did you mean “impact”?")


def test_faults_of_all_parts_are_told_together() -> None:
    text = mended(
        ("places_max = 2", 'places_max = "two"'),
        ('profile = "eu"', 'profile = "ue"'),
        (', fr = "Vision"', ""),
    )
    assert {fault.key for fault in faults(text)} == {
        "cohort.places_max",
        "jurisdiction.profile",
        "mentoring.topics[vision].label",
    }


def test_faults_between_sound_parts_are_told_beside_those_of_broken_ones() -> None:
    text = mended(
        ('profile = "eu"', 'profile = "ue"'),
        ('gate = "week-2"', 'gate = "week-9"'),
        ('call_closes = "4w"', 'call_closes = "40w"'),
    )
    assert {fault.key for fault in faults(text)} == {
        "jurisdiction.profile",
        "stipend.instalments[second].gate",
        "dates.reading_ends",
    }


def test_faults_stand_in_the_order_of_the_file() -> None:
    text = mended(
        ("places_max = 2", "places_max = 0"),
        ('kind = "long"', 'kind = "lang"'),
        ('currency = "EUR"', 'currency = "EURO"'),
    )
    lines = [fault.line for fault in faults(text)]
    assert lines == sorted(lines)
    assert len(lines) == 3


def test_the_message_lists_every_fault() -> None:
    text = mended(("places_max = 2", "places_max = 0"), ('currency = "EUR"', 'currency = "EURO"'))
    with pytest.raises(BrokenFile) as broken:
        file.read(text, name="mine.toml")
    assert str(broken.value).startswith("mine.toml has 2 faults:\n  line ")
    assert str(broken.value).count("\n") == 2


def test_faults_are_told_in_french() -> None:
    with override("fr"):
        (fault,) = faults(mended(("places_min = 1", "places_mni = 1")))
    assert fault.message.startswith("cette clé est inconnue")
    assert "« places_min »" in fault.message.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("places_min = 1", 'places_min = "1"', "whole number"),
        ("places_min = 1", "places_min = 1.5", "whole number"),
        ("places_min = 1", "places_min = true", "whole number"),
        ("places_min = 1", "places_min = 0", "at least 1"),
        ("grace_minutes = 30", "grace_minutes = 100000", "at most 1440"),
        ("identifies = true", 'identifies = "yes"', "true or false"),
        ('code = "motivation"', 'code = "Motivation"', "small letter"),
        ('code = "motivation"', f'code = "{"a" * 80}"', "at most 60"),
        ('contact = "scholars@example.org"', "contact = 3", "quotes"),
        ('contact = "scholars@example.org"', 'contact = "not an address"', "mail address"),
        ('languages = ["en", "fr"]', "languages = []", "at least 1"),
        ('languages = ["en", "fr"]', 'languages = ["en", "fr", "en"]', "twice"),
        ('languages = ["en", "fr"]', 'languages = "en"', "a list"),
        ('files = ["pdf", "txt", "py"]', 'files = ["doc"]', "use one of"),
        ("admit_share = 0.5", 'admit_share = "half"', "a number"),
        ('time_zone = "Europe/Paris"', 'time_zone = "Europe/Pariss"', "did you mean “Europe/Paris”"),
        ('due = "training_starts+2w"', 'due = "trainig_starts+2w"', "did you mean “training_starts”"),
        ('due = "training_starts+2w"', 'due = "soon"', "unknown date"),
        ('due = "training_starts+2w"', 'due = "+2x"', "write a time"),
        ('due = "training_starts+2w"', "due = 3", "write a time"),
        ('due = "training_starts+2w"', 'due = "training_starts+2w 09:00"', "[dates] only"),
        ('amount = "1000.00"', "amount = 1000.0", "as text"),
        ('amount = "1000.00"', 'amount = "1 000,00"', "as text"),
        ('amount = "1000.00"', 'amount = "1000.005"', "more decimals"),
        ('amount = "1000.00"', 'amount = "0.00"', "nothing"),
        ('currency = "EUR"', 'currency = "EUU"', "ISO 4217"),
        ('call_closes = "4w"', 'call_closes = "4w 25:00"', "write a time"),
        ('call_closes = "4w"', 'call_closes = "training_starts+4w"', "first day"),
        ('midpoint = "17w"', 'midpont = "17w"', "did you mean “midpoint”"),
        ('title = { en = "About you", fr = "Vous" }', 'title = "About you"', "one text for each language"),
        ('title = { en = "About you", fr = "Vous" }', 'title = { en = "About you", fr = " " }', "is empty"),
        (
            'title = { en = "About you", fr = "Vous" }',
            'title = { en = "A", fr = "V", de = "S" }',
            "unknown language",
        ),
        (
            'title = { en = "About you", fr = "Vous" }',
            'title = { en = "A\\u0007", fr = "V" }',
            "control character",
        ),
    ],
)
def test_each_wrong_value_has_its_remedy(old: str, new: str, words: str) -> None:
    text = mended((old, new))
    found = faults(text)
    assert any(words in fault.message for fault in found), [str(fault) for fault in found]
    assert {fault.line for fault in found} == {line_of(text, new)}


def test_a_file_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(SMALL.encode("utf-8") + "# é\n".encode("latin-1"))
    with pytest.raises(BrokenFile) as broken:
        file.load(path)
    (fault,) = broken.value.faults
    assert fault.line == SMALL.count("\n") + 1
    assert "UTF-8" in fault.message


def test_utf16_is_not_taken_for_text(tmp_path: Path) -> None:
    path = tmp_path / "wide.toml"
    path.write_bytes(SMALL.encode("utf-16"))
    with pytest.raises(BrokenFile, match="UTF-8"):
        file.load(path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as huge:
        huge.truncate(file.LONGEST + 1)
    with pytest.raises(BrokenFile, match="larger than 2 MiB"):
        file.load(path)


def test_a_folder_is_told_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="folder"):
        file.load(tmp_path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="no such file"):
        file.load(tmp_path / "nowhere.toml")


def test_an_unreadable_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.toml"
    path.touch()

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BrokenFile, match="may not read"):
        file.load(path)


def test_the_text_is_kept_as_it_is_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    content = "\ufeff" + SMALL.replace("\n", "\r\n")
    path.write_bytes(content.encode())
    assert file.load(path) == content
