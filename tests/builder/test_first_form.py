"""A programme file without a form: it is taken, a first form is begun, and organisers build theirs on pages."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from tests.builder.conftest import Visitor
from tests.cast import OPENS, PLANS, gather
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.applications.services import start
from tremplin.builder import desk
from tremplin.cli.main import main
from tremplin.core.errors import Invalid
from tremplin.people.models import User
from tremplin.programmes import file
from tremplin.programmes.models import Cohort, ProgrammeVersion
from tremplin.programmes.roles import Role
from tremplin.programmes.schema.first_form import begun, is_first, lacks_form
from tremplin.programmes.services import set_up

SMALL = (PLANS / "small.toml").read_text("utf-8")
_START = SMALL.index("[application]")
_NEXT = re.search(r"^\[(?!\[?application)", SMALL[_START:], re.MULTILINE)
assert _NEXT is not None
BEFORE, AFTER = SMALL[:_START], SMALL[_START + _NEXT.start() :]
BARE = BEFORE + AFTER
SAID = '[application]\nlooks_for = { en = """\n[not.a.table]\n""", fr = "y" }\n\n# the next part\n'
TITLED = SAID.replace(
    "# the", '[[application.sections]]\ncode = "x"\ntitle = { en = "X", fr = "Y" }\n\n# the'
)


@pytest.mark.parametrize(
    "text",
    [
        BARE,
        BARE.replace("\n", "\r\n"),
        "\ufeff" + BARE,
        BARE.rstrip("\n") + "\n[application]",
        BEFORE + "[application]\nminutes = 30\n\n" + AFTER,
        BEFORE + SAID + AFTER,
        BEFORE + TITLED + AFTER,
    ],
)
def test_what_lacks_a_form_gets_a_first_one_and_keeps_every_line(text: str) -> None:
    grown = begun(text)
    assert lacks_form(text)
    assert not lacks_form(grown)
    left = iter(grown.splitlines())
    assert all(line in left for line in text.splitlines())  # in their order
    plan = file.read(grown)
    assert is_first(plan.application)
    assert [question.code for question in plan.application.questions()] == ["motivation"]
    [hint] = [str(hint) for hint in file.advice(grown) if hint.key == "application"]
    assert "only begun" in hint
    assert begun(grown) == grown


def test_a_form_that_says_what_it_looks_for_keeps_its_words() -> None:
    assert file.read(begun(BEFORE + SAID + AFTER)).application.looks_for["fr"] == "y"


def test_a_first_form_speaks_the_languages_of_its_programme() -> None:
    text = 'schema = 1\n[programme]\nlanguages = ["fr"]\n'
    assert 'fr = "' in begun(text)
    assert 'en = "' not in begun(text)


@pytest.mark.parametrize(
    "text", [SMALL, "", "no toml [", "[programme]\nlanguages = 3\n", "application = 3\n"]
)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert begun(text) == text


def test_a_list_that_is_said_to_be_empty_is_a_fault_and_is_told_as_one() -> None:
    text = BEFORE + SAID.replace("\n\n#", "\nsections = []\n\n#") + AFTER
    assert begun(text) == text
    with pytest.raises(file.BrokenFile, match="sections"):
        file.read(text)


@pytest.fixture
def bare(db: None, tmp_path: Path) -> Path:
    path = tmp_path / "bare.toml"
    path.write_text(BARE, encoding="utf-8")
    return path


def apply(path: Path, *words: str) -> int:
    return main(
        ["programme", "apply", str(path), "--institution", "home-lab", "--institution-name", "Home Lab",
         "--cohort", "2027", "--opens", "2027-01-11", "--organiser", "olive.organiser@example.org", *words]
    )  # fmt: skip


def test_check_finds_it_sound_and_says_what_is_left(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "check", str(bare)]) == 0
    out = capsys.readouterr().out
    assert "1 questions" in out
    assert "build it on the page “Form”" in out


def test_it_is_applied_once_and_does_not_take_a_built_form_away(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert apply(bare) == 0
    version = ProgrammeVersion.objects.get()
    assert version.text.startswith(BARE)
    assert "build it on the page “Form”" in capsys.readouterr().out
    assert apply(bare) == 1
    assert "the programme has one already" in capsys.readouterr().err
    assert ProgrammeVersion.objects.get() == version
    with pytest.raises(Invalid):
        set_up(text=BARE, institution="home-lab", now=version.applied_at)


@pytest.fixture
def olive(db: None, clock: Clock, stands_at: datetime) -> Visitor:
    cast = gather(text=begun(BARE), house="bare")
    clock.at = stands_at
    return Visitor(cast, cast.organiser)


def cards(visitor: Visitor, now: datetime) -> list[tuple[str, str]]:
    found = desk.cards(
        cohort=visitor.cast.cohort, actor=visitor.cast.organiser, roles=frozenset({Role.ORGANISER}), now=now
    )
    return [(str(card.title), card.urgency) for card in found]


def test_an_organiser_builds_it_on_pages_and_publishes_it(olive: Visitor, clock: Clock) -> None:
    cohort = olive.cast.cohort
    assert cards(olive, clock.at) == [("The form is only begun", "soon")]
    assert "Why do you want to take part?" in olive.get("form").content.decode()
    words = {"looks_for_en": "Curiosity.", "looks_for_fr": "De la curiosité."}
    assert olive.fill("item", words, kind="form", code="form").status_code == 302
    names = re.findall(r'name="([^"]+_(?:en|fr))"', olive.get("new", kind="section").content.decode())
    assert olive.fill("new", {name: f"Word {name}" for name in names}, kind="section").status_code == 302
    new = {"label_en": "Which day?", "label_fr": "Quel jour ?", "kind": "date"}
    assert olive.fill("new", new, "?section=application", kind="question").status_code == 302
    assert olive.fill("delete", {}, kind="question", code="motivation").status_code == 302
    assert cards(olive, clock.at) == [("Changes of the form wait", "calm")]
    assert olive.get("preview").status_code == 200
    assert olive.fill("publish", {}).status_code == 302
    fresh = Cohort.objects.get(pk=cohort.pk)
    asked = [question.label["en"] for question in fresh.plan.application.questions()]
    assert asked[0] == "Which day?"
    assert len(asked) == 2
    assert fresh.plan.application.looks_for["en"] == "Curiosity."
    olive.cast.cohort.refresh_from_db()
    assert desk._only_begun(fresh, clock.at) == []


def test_a_form_that_is_only_begun_is_urgent_once_the_call_is_open_and_over_when_it_closes(
    olive: Visitor,
) -> None:
    cast = olive.cast
    assert cards(olive, cast.at("call_opens", days=1)) == [("The form is only begun", "now")]
    assert cards(olive, cast.at("call_closes", days=1)) == []


def test_applicants_are_shown_and_asked_what_there_is(olive: Visitor, clock: Clock) -> None:
    cast = olive.cast
    clock.at = cast.at("call_opens", days=1)
    assert "Why do you want to take part?" in text_of(olive.client, page(cast, "programmes:call"))
    doors = {door.code: "40" if door.kind == "number" else "yes" for door in cast.cohort.plan.eligibility}
    user = User.objects.create_user("bea@example.org", name="Bea", now=OPENS)
    application = start(cohort=cast.cohort, applicant=user, eligibility=doors, now=clock.at)
    assert application.lacking == 1
    assert signed_in(user).get(page(cast, "applications:hub")).status_code == 200
