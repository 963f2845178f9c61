"""The file of all questions, filled in without a connection and handed back: read whatever wrote it, nothing lost."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tests.applications.conftest import begin, fresh
from tests.applications.test_every_kind import plan as every_kind
from tests.cast import PLANS, Cast, gather
from tests.visiting import Clock, hold, page, signed_in
from tremplin.applications import services
from tremplin.applications.models import Application
from tremplin.applications.rules import offline
from tremplin.core.errors import Invalid
from tremplin.programmes import file
from tremplin.programmes.questions import as_text
from tremplin.programmes.schema import ApplicationForm

SMALL = file.read((PLANS / "small.toml").read_text("utf-8")).application
EVERY = file.read(every_kind()).application


def typed(blank: str, **answers: str) -> str:
    """The file with answers typed between its lines."""
    for code, answer in answers.items():
        blank, times = re.subn(rf"(\[\[ [0-9.]+ {code} \]\][^\n]*\n)", lambda m: f"{m[1]}{answer}\n", blank)  # noqa: B023
        assert times == 1
    return blank


def placed(
    text: str, form: ApplicationForm = SMALL, printed: frozenset[str] = frozenset()
) -> dict[str, object]:
    return {row.question.code: row.value for row in offline.read(text, form, printed).placed}


def strays(text: str, printed: frozenset[str] = frozenset()) -> list[str]:
    return [stray.text for stray in offline.read(text, SMALL, printed).strays]


@pytest.fixture
def blank(cast: Cast) -> str:
    return as_text(cast.cohort)


@pytest.fixture
def printed(cast: Cast) -> frozenset[str]:
    lines: set[str] = set()
    for language in ("en", "fr"):
        with override(language):
            lines |= {line.strip() for line in as_text(cast.cohort).splitlines()}
    return frozenset(lines - {""})


# ---- reading a file ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_empty_file_says_nothing(blank: str, printed: frozenset[str]) -> None:
    assert offline.read(blank, SMALL, printed) == offline.Sheet((), ())


@pytest.mark.django_db
def test_each_answer_goes_to_its_question(blank: str, printed: frozenset[str]) -> None:
    text = typed(
        blank,
        full_name="Ada Applicant ",
        country="sénégal",
        motivation="One.\n\nTwo – [[ not a mark ]]",
        code_where="A game",
    ).replace("    ( ) yes\n", "    (x) yes\n")
    assert placed(text, printed=printed) == {
        "full_name": "Ada Applicant",
        "country": "SN",
        "coded_before": "yes",
        "code_where": "A game",
        "motivation": "One.\n\nTwo – [[ not a mark ]]",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_files_of_every_machine_are_read(
    cast: Cast, printed: frozenset[str], language: str, encoding: str, end: str
) -> None:
    with override(language):
        text = typed(as_text(cast.cohort), motivation="Déjà vu…\nŒuvre")
    content = text.replace("\n", end).encode(encoding, errors="replace")
    sheet = offline.read(offline.text_of(content), SMALL, printed)
    assert [(row.question.code, row.value) for row in sheet.placed] == [("motivation", "Déjà vu…\nŒuvre")]


def test_answers_may_stand_in_any_order_and_places_may_have_moved() -> None:
    text = (
        "[[ 7.7 motivation ]]\nWhy\n[[ /7.7 ]]\n[[ 1.1 full_name ]] x\nAda\n[[/1.1]]\n[[2.2]]\nA kite\n[[/]]"
    )
    assert placed(text) == {"full_name": "x Ada", "motivation": "Why", "project": "A kite"}


@pytest.mark.django_db
def test_a_lost_end_of_an_answer_takes_nothing_of_what_is_printed(
    blank: str, printed: frozenset[str]
) -> None:
    text = re.sub(r"\n\[\[ /[0-9.]+ \]\][^\n]*", "", typed(blank, motivation="Why\n\nnot?", project="A kite"))
    assert placed(text, printed=printed) == {"motivation": "Why\n\nnot?", "project": "A kite"}


@pytest.mark.django_db
def test_what_stands_elsewhere_is_shown_and_never_dropped(blank: str, printed: frozenset[str]) -> None:
    lost = blank.replace("2.1 Why deep learning", "I wrote here!\nAnd here.\n\n2.1 Why deep learning")
    assert strays(lost, printed) == ["I wrote here!\nAnd here."]
    assert strays("[[ 9.9 gone ]]\nA text\n[[ /9.9 ]]") == ["A text"]
    assert strays("[[ 2.3 sample ]]\nmy file\n[[ /2.3 ]]") == ["my file"]
    assert strays("[[ 1.2 country ]]\nAtlantis\n[[ /1.2 ]]") == ["Atlantis"]
    assert strays("[[ 2.1 motivation ]]\n" + "x" * 50_001) == ["x" * 50_001]


def test_an_answer_that_stands_twice_is_kept_twice() -> None:
    text = "[[ motivation ]]\nOne\n[[/]]\n[[ motivation ]]\nTwo\n[[/]]\n[[ motivation ]]\nOne\n[[/]]"
    assert placed(text) == {"motivation": "One\nTwo"}


@pytest.mark.parametrize(
    ("code", "said", "value"),
    [
        ("tools", "Option 0?\nOption 2?", ["o0", "o2"]),
        ("tools", "option 0, OPTION 1", ["o0", "o1"]),
        ("tools", "(x) Option 2 ?\n( ) nothing", None),
        ("tools", "[X] Option 2 ?", ["o2"]),
        ("town", "Option 13", "o13"),
        ("town", "o3", "o3"),
        ("town", "Option 1", "o1"),
        ("town", "Option", None),
        ("town", "Option 1\nOption 2", None),
        ("born", "2001-05-04", "2001-05-04"),
        ("born", "4 May 2001", "2001-05-04"),
        ("born", "May 4, 2001", "2001-05-04"),
        ("born", "4 févr. 2001", "2001-02-04"),
        ("born", "1er août 2001", "2001-08-01"),
        ("born", "4.5.2001", "2001-05-04"),
        ("born", "25/12/2001", "2001-12-25"),
        ("born", "12/25/2001", "2001-12-25"),
        ("born", "4/5/2001", None),
        ("born", "31 February 2001", None),
        ("born", "in spring", None),
        ("born", "1 " * 200, None),
        ("years", " 12 ", "12"),
        ("years", "many", "many"),
        ("site", "example.org", "https://example.org"),
        ("coded_before", "OUI", "yes"),
        ("coded_before", "No.", "no"),
        ("coded_before", "perhaps", None),
    ],
)
def test_answers_that_are_chosen_are_understood_or_shown(code: str, said: str, value: object) -> None:
    question = next(question for question in EVERY.questions() if question.code == code)
    assert offline.value_of(question, said) == value


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"PK\x03\x04rest", b"{\\rtf1", b"a\x01b", b"x" * (offline.LARGEST + 1)]
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        offline.text_of(content)


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        text = offline.text_of(content)
    except Invalid:
        return
    offline.read(text, EVERY, frozenset())


_marks = st.sampled_from(
    ["[[ 1.1 full_name ]]", "[[ /1.1 ]]", "[[motivation]]", "[[ 9.9 no ]]", "(x) ticked", ""]
)


@given(st.lists(st.one_of(_marks, st.text(alphabet="abcdeé", min_size=1, max_size=9)), max_size=30))
def test_no_typed_word_is_lost(lines: list[str]) -> None:
    sheet = offline.read("\n".join(lines), SMALL, frozenset())
    kept = " ".join([*(str(row.value) for row in sheet.placed), *(stray.text for stray in sheet.strays)])
    for line in lines:
        assert line.startswith("[[") or line in kept


# ---- the pages --------------------------------------------------------------------------------------------


@pytest.fixture
def client(cast: Cast, clock: Clock) -> Client:
    begin(cast, now=clock())
    return signed_in(cast.applicant)


def application(cast: Cast) -> Application:
    found = Application.objects.get(applicant=cast.applicant)
    found.cohort = cast.cohort
    return fresh(found)


def hand_in(client: Client, cast: Cast, text: str) -> str:
    upload = SimpleUploadedFile("answers.txt", text.encode("utf-16"), "text/plain")
    shown = client.post(page(cast, "applications:offline"), {"file": upload})
    assert shown.status_code == 200
    return str(shown.content.decode())


def confirm(client: Client, cast: Cast, shown: str, **decided: str) -> str:
    """Press the button of the preview, with decisions changed."""
    data = {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', shown)
    }
    data |= dict(re.findall(r'name="(_keep_\w+)" value="(\w+)" id="\w+" checked', shown))
    data |= {f"_keep_{code}": decision for code, decision in decided.items()}
    answer = client.post(page(cast, "applications:offline"), {**data, "_take": "1"}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_nothing_is_saved_before_the_preview_is_confirmed(cast: Cast, client: Client, blank: str) -> None:
    shown = hand_in(client, cast, typed(blank, motivation="Because.", country="FR", project="word " * 201))
    assert application(cast).answers.keys() <= {"full_name"}
    assert "Because." in shown
    assert "1 word too long" in shown
    done = confirm(client, cast, shown)
    assert "3 answers of your file are saved." in done
    answers = application(cast).answers
    assert (answers["motivation"], answers["country"]) == ("Because.", "FR")
    again = hand_in(client, cast, typed(blank, motivation="Because."))
    assert "1 answer is saved already, word for word." in again
    assert "There is nothing else to save." in again


def save(cast: Cast, clock: Clock, text: str) -> None:
    held = application(cast)
    services.save_section(
        application=held,
        section="essays",
        values={"motivation": text},
        expected_version=held.version,
        actor=cast.applicant,
        now=clock(),
    )


def test_a_longer_text_is_never_overwritten_silently(
    cast: Cast, client: Client, clock: Clock, blank: str
) -> None:
    save(cast, clock, "A long text that I wrote on the site.")
    shown = hand_in(client, cast, typed(blank, motivation="A short text."))
    assert 'value="saved" id="keep_motivation_saved" checked' in shown
    assert "<del>" in shown
    confirm(client, cast, shown)
    assert application(cast).answers["motivation"] == "A long text that I wrote on the site."
    confirm(client, cast, hand_in(client, cast, typed(blank, motivation="A short text.")), motivation="both")
    assert application(cast).answers["motivation"] == "A long text that I wrote on the site.\n\nA short text."
    confirm(client, cast, hand_in(client, cast, typed(blank, motivation="A short text.")), motivation="file")
    assert application(cast).answers["motivation"] == "A short text."


def test_what_another_window_saved_meanwhile_is_kept_beside(
    cast: Cast, client: Client, clock: Clock, blank: str
) -> None:
    shown = hand_in(client, cast, typed(blank, motivation="From the file.", project="A kite."))
    save(cast, clock, "From another window.")
    done = confirm(client, cast, shown, motivation="file")
    assert "1 answer was changed in another window meanwhile" in done
    held = application(cast)
    assert (held.answers["motivation"], held.aside["motivation"]) == (
        "From another window.",
        "From the file.",
    )
    assert held.answers["project"] == "A kite."
    waiting = hand_in(client, cast, typed(blank, motivation="A third text."))
    assert "Two versions of this answer wait" in waiting
    assert "A third text." in waiting


def test_after_the_deadline_every_word_is_shown_and_none_saved(
    cast: Cast, client: Client, clock: Clock, blank: str
) -> None:
    shown = hand_in(client, cast, typed(blank, motivation="Too late."))
    clock.at = cast.at("call_closes", days=1)
    data = {"text": typed(blank, motivation="Too late."), "_take": "1", "_keep_motivation": "file"}
    late = client.post(page(cast, "applications:offline"), data)
    assert late.status_code == 409
    assert "Too late." in late.content.decode()
    assert "Too late." in shown
    assert "motivation" not in application(cast).answers
    assert client.get(page(cast, "applications:offline")).status_code == 302


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose the file that you have filled in"),
        ({"text": "[[ 1.1 full_name ]]\n[[ /1.1 ]]"}, "There is no answer in this file"),
        ({"file": SimpleUploadedFile("a.docx", b"PK\x03\x04")}, "Save it as a text file"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(
    cast: Cast, client: Client, sent: dict[str, object], words: str
) -> None:
    answer = client.post(page(cast, "applications:offline"), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_pasted_text_will_do(cast: Cast, client: Client, blank: str) -> None:
    pasted = typed(blank, motivation="Because.").replace("\n", "\r\n")
    shown = client.post(page(cast, "applications:offline"), {"text": pasted}).content.decode()
    confirm(client, cast, shown)
    assert application(cast).answers["motivation"] == "Because."


def test_the_hub_leads_there(cast: Cast, client: Client) -> None:
    assert page(cast, "applications:offline") in client.get(page(cast, "applications:hub")).content.decode()
    text = client.get(page(cast, "applications:offline")).content.decode()
    assert "questions.txt" in text


def test_a_form_with_every_kind_comes_back(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = gather(text=every_kind())
    clock = hold(monkeypatch, cast.at("call_opens", days=1))
    begin(cast, now=clock())
    client = signed_in(cast.applicant)
    text = typed(as_text(cast.cohort), born="4 May 2001", site="example.org", mail="a@example.org", years="3")
    text = typed(text, town="Option 13")
    text = text.replace("    ( ) Option 0?", "    (x) Option 0?", 1).replace(
        "    ( ) Option 2?", "    (X) Option 2?", 1
    )
    confirm(client, cast, hand_in(client, cast, text))
    answers = application(cast).answers
    assert answers["tools"] == ["o0", "o2"]
    assert (answers["born"], answers["town"]) == ("2001-05-04", "o13")


def test_the_pages_cost_few_queries(
    cast: Cast, client: Client, blank: str, queries_of: Callable[[Client, str], int]
) -> None:
    assert queries_of(client, page(cast, "applications:offline")) <= 6
    with CaptureQueriesContext(connection) as captured:
        hand_in(client, cast, typed(blank, motivation="Because.", project="A kite."))
    assert len(captured) <= 10
