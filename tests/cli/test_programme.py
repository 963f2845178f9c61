"""`tremplin programme`: from a template to a running cohort and back, by people who make mistakes."""

from pathlib import Path

import pytest

from tests.programmes.texts import SMALL, mended
from tremplin import programme_templates
from tremplin.cli.main import main
from tremplin.people.models import User
from tremplin.programmes.models import Cohort, ProgrammeVersion

APPLY = (
    "--institution",
    "my-lab",
    "--institution-name",
    "My Lab",
    "--cohort",
    "2027",
    "--opens",
    "2027-01-11",
    "--organiser",
    "olive@example.org",
)
Said = tuple[int, str, str]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> "Say":
    return Say(capsys)


class Say:
    """Runs the command; its status and what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str | Path) -> Said:
        self.capsys.readouterr()
        status = main(["programme", *map(str, words)])
        captured = self.capsys.readouterr()
        return status, captured.out, captured.err


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_templates_are_listed_with_a_sentence(say: Say) -> None:
    status, out, _err = say("templates")
    assert status == 0
    assert [line.split("\t")[0] for line in out.splitlines()] == list(programme_templates.names())


def test_a_template_goes_to_the_screen_or_to_a_file(say: Say, tmp_path: Path) -> None:
    text = programme_templates.text("openai-scholars-2019")
    assert say("new", "openai-scholars-2019") == (0, text, "")
    path = tmp_path / "mine.toml"
    status, out, err = say("new", "openai-scholars-2019", "--output", path)
    assert (status, out) == (0, "")
    assert "tremplin programme check" in err
    assert path.read_bytes() == text.encode()


def test_a_file_that_is_there_is_not_replaced_without_force(say: Say, small: Path) -> None:
    status, _out, err = say("new", "openai-scholars-2019", "--output", small)
    assert status == 1
    assert "is there already" in err
    assert small.read_text("utf-8") == SMALL
    assert say("new", "openai-scholars-2019", "--output", small, "--force")[0] == 0
    assert small.read_text("utf-8") != SMALL


def test_a_misspelt_template_says_what_was_meant(say: Say) -> None:
    status, _out, err = say("new", "openai-scholar-2019")
    assert status == 1
    assert "Did you mean “openai-scholars-2019”?" in err


@pytest.mark.parametrize("where", ["", "missing/mine.toml"])
def test_a_file_that_cannot_be_written_is_told(say: Say, tmp_path: Path, where: str) -> None:
    status, _out, err = say("new", "openai-scholars-2019", "--output", tmp_path / where)
    assert status == 1
    assert err.startswith("tremplin: ")


def test_check_needs_no_database(say: Say, small: Path) -> None:
    """Without the mark `django_db` a query would raise."""
    status, out, _err = say("check", small)
    assert status == 0
    assert (
        "is sound. Small Scholars, en + fr, 10 stages, 7 questions, 1 to 2 places, law: eu, €3,000.00 a scholar."
        in out
    )


def test_check_tells_every_fault_of_every_file(say: Say, small: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(mended(("places_min = 1", "places_mni = 1"), (', fr = "Fort"', "")), encoding="utf-8")
    status, out, err = say("check", broken, small, tmp_path, tmp_path / "nowhere.toml")
    assert status == 1
    assert f"{small} is sound." in out
    assert f"{broken} has 2 faults:" in err
    assert "line 14, cohort.places_mni" in err
    assert "this is a folder" in err
    assert "there is no such file" in err


def test_check_gives_advice(say: Say, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(mended(("answer_days = 7", "answer_days = 8")), encoding="utf-8")
    status, out, _err = say("check", path)
    assert status == 0
    assert "look at line" in out
    assert "offer.answer_days" in out


def test_check_says_what_is_still_the_templates_and_finds_the_file_sound(say: Say, tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    say("new", "openai-scholars-2019", "--output", path)
    status, out, err = say("check", path)
    assert (status, err) == (0, "")
    assert f"{path} is sound." in out
    assert "programme.contact: nobody reads mail to scholars@example.org" in out
    assert "stipend.instalments: these amounts are still the template’s (openai-scholars-2019)" in out


@pytest.mark.django_db
@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_apply_repeats_what_is_still_the_templates(say: Say, tmp_path: Path, dry: tuple[str, ...]) -> None:
    path = tmp_path / "ours.toml"
    say("new", "openai-scholars-2019", "--output", path)
    status, out, _err = say("apply", path, *APPLY, *dry)
    assert status == 0
    assert "programme.name: this is still the template’s" in out
    assert Cohort.objects.exists() is (not dry)


@pytest.mark.django_db
def test_one_command_makes_a_running_cohort(say: Say, small: Path) -> None:
    status, out, _err = say("apply", small, *APPLY)
    assert status == 0
    assert "Made: institution, programme, version, person, cohort." in out
    assert "The call closes: 8 February 2027, end of the day anywhere on Earth" in out
    assert "/my-lab/small/2027/" in out
    assert "olive@example.org signs in by a mailed link" in out
    assert Cohort.objects.get().scope == "my-lab/small/2027"


@pytest.mark.django_db
def test_a_dry_run_says_it_and_does_nothing(say: Say, small: Path) -> None:
    status, out, _err = say("apply", small, *APPLY, "--dry-run")
    assert status == 0
    assert "Would make: institution" in out
    assert "Nothing was changed" in out
    assert (Cohort.objects.count(), User.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_what_moves_is_said(say: Say, small: Path) -> None:
    say("apply", small, *APPLY)
    small.write_text(mended(('midpoint = "17w"', 'midpoint = "18w"')), encoding="utf-8")
    _status, out, _err = say("apply", small, "--institution", "my-lab", "--cohort", "2027")
    assert "Midpoint: 10 May 2027, 09:00 (Paris) → 17 May 2027, 09:00 (Paris)" in out


@pytest.mark.django_db
def test_a_programme_without_a_cohort_says_how_to_get_one(say: Say, small: Path) -> None:
    _status, out, _err = say("apply", small, "--institution", "my-lab", "--institution-name", "My Lab")
    assert "--cohort, --opens and --organiser" in out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--institution", "my-lab"), "--institution-name"),
        ((*APPLY[:-2],), "--organiser"),
        ((*APPLY[:-4], "--organiser", "olive@example.org"), "--opens"),
        ((*APPLY, "--opens", "soon"), "is not a day"),
        ((*APPLY, "--opens", "9999-01-01"), "is not a day"),
        ((*APPLY, "--organiser", "olive"), "mail address"),
        ((*APPLY, "--cohort", "A B"), "cannot be part of an address"),
    ],
)
def test_what_is_missing_or_wrong_is_told(say: Say, small: Path, words: tuple[str, ...], told: str) -> None:
    status, _out, err = say("apply", small, *words)
    assert status == 1
    assert told in err
    assert Cohort.objects.count() == 0


@pytest.mark.django_db
def test_an_hour_may_be_given(say: Say, small: Path) -> None:
    say("apply", small, *APPLY, "--opens", "2027-01-11T14:30")
    assert Cohort.objects.get().first_day.isoformat() == "2027-01-11T13:30:00+00:00"


@pytest.mark.django_db
def test_a_broken_file_makes_nothing(say: Say, small: Path) -> None:
    small.write_text(mended(("places_min = 1", "places_mni = 1")), encoding="utf-8")
    status, _out, err = say("apply", small, *APPLY)
    assert status == 1
    assert "line 14" in err
    assert ProgrammeVersion.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_what_went_in_comes_out_byte_for_byte(say: Say, tmp_path: Path, ends: str) -> None:
    before, after = tmp_path / "before.toml", tmp_path / "after.toml"
    before.write_bytes(("\ufeff" + SMALL).replace("\n", ends).encode())
    say("apply", before, *APPLY)
    for address in ("my-lab/small", "my-lab/small/2027"):
        assert say("export", address, "--output", after, "--force")[0] == 0
        assert after.read_bytes() == before.read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["nowhere/small", "nowhere/small/2027", "small", "a/b/c/d"])
def test_an_address_that_leads_nowhere_is_told(say: Say, address: str) -> None:
    status, _out, err = say("export", address)
    assert status == 1
    assert err.startswith("tremplin: ")


@pytest.mark.django_db
def test_programmes_and_cohorts_are_listed(say: Say, small: Path) -> None:
    assert "No programme yet" in say("list")[2]
    say("apply", small, *APPLY)
    _status, out, _err = say("list")
    assert out == "my-lab/small\tversion 1\n  my-lab/small/2027\tcall 2027-01-11 to 2027-02-08\n"


def test_keys_prints_the_reference(say: Say) -> None:
    _status, out, _err = say("keys")
    assert "### `[cohort]`" in out
    assert "| `decision-offer` |" in out


def test_a_programme_without_stipends_names_no_sum(say: Say, small: Path) -> None:
    start, end = SMALL.index("[stipend"), SMALL.index("[training]")
    small.write_text((SMALL[:start] + SMALL[end:]).replace('"stipends", ', ""), encoding="utf-8")
    status, out, err = say("check", small)
    assert status == 0, err
    assert "a scholar" not in out


@pytest.mark.django_db
def test_applying_the_same_file_again_makes_nothing_new(say: Say, small: Path) -> None:
    assert say("apply", small, *APPLY)[0] == 0
    status, out, _err = say("apply", small, *APPLY)
    assert status == 0
    assert "Made:" not in out
    assert "Call page: " in out
    assert (ProgrammeVersion.objects.count(), Cohort.objects.count()) == (1, 1)


def test_a_folder_is_no_file_to_write_even_by_force(say: Say, tmp_path: Path) -> None:
    status, _out, err = say("new", "openai-scholars-2019", "--output", tmp_path, "--force")
    assert status == 1
    assert f"{tmp_path} is a folder." in err


@pytest.mark.django_db
def test_a_cohort_that_is_there_moves_only_when_that_is_meant(say: Say, small: Path) -> None:
    say("apply", small, *APPLY)
    before = Cohort.objects.get().first_day
    again = ("apply", small, "--institution", "my-lab", "--cohort", "2027", "--opens", "2027-02-11")
    status, _out, err = say(*again)
    assert status == 1
    assert "--move-dates" in err
    assert "The call opens: 11 January 2027" in err
    assert Cohort.objects.get().first_day == before
    status, out, _err = say(*again, "--move-dates")
    assert status == 0
    moved = [line for line in out.splitlines() if "→" in line]
    assert "The call opens" in moved[0]
    assert Cohort.objects.get().first_day > before


@pytest.mark.django_db
def test_what_has_no_effect_on_a_cohort_that_is_there_is_said(say: Say, small: Path) -> None:
    say("apply", small, *APPLY)
    given = ("--institution-name", "Other", "--organiser", "nina@example.org", "--title", "Other")
    status, out, _err = say("apply", small, "--institution", "my-lab", "--cohort", "2027", *given)
    assert status == 0
    assert "the institution is called “My Lab” already" in out
    assert "tremplin user role nina@example.org my-lab/small/2027 organiser" in out
    assert "--title is for a new cohort" in out


@pytest.mark.django_db
def test_a_call_that_would_be_over_is_pointed_out(say: Say, small: Path) -> None:
    _status, out, _err = say("apply", small, *APPLY, "--opens", "2020-01-11")
    assert "this call has closed already" in out
