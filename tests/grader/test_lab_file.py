"""Whoever writes a lab is told which file, which key, and what to do."""

from pathlib import Path

import pytest

from tests.grader.helpers import make_lab
from tremplin.grader import ContentError, read_lab


def broken(tmp_path: Path, old: str, new: str) -> str:
    folder = make_lab(tmp_path).folder
    path = folder / "lab.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ContentError) as caught:
        read_lab(folder)
    assert caught.value.remedy
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('code = "tiny"', 'code = "Tiny"', "code: use small letters"),
        ('code = "tiny"', 'code = "other"', "code: say 'tiny'"),
        ('code = "tiny"', "", "code: the key is missing"),
        ("week = 1", "week = 14", "week: give a whole number from 1 to 13"),
        ("week = 1", "week = true", "week: give a whole number"),
        ("week = 1", "weak = 1", "weak: no such key"),
        ('fr = "Minuscule"', 'fr = ""', "title.fr: give the text in both languages"),
        (', fr = "Pour les tests."', "", "summary.fr: give the text in both languages"),
        ('fr = "aucun"', 'fr = "aucun", de = "x"', "topics: give exactly the languages"),
        ('id = "honest"', 'id = "target"', "checks[2].id: 'target' is taken"),
        ('id = "target"', 'id = "loads"', "checks[1].id: 'loads' is taken"),
        ("points = 3", "points = 0", "checks[1].points: give a number from 0.01 to 100"),
        ("public = true", 'public = "yes"', "checks[2].public: say true or false"),
        (
            'depends_on = ["target"]',
            'depends_on = ["nothing"]',
            "checks[3].depends_on: 'nothing' is not a check",
        ),
        ('depends_on = ["target"]', 'depends_on = "target"', "checks[3].depends_on: give a list of codes"),
        ('fails = "target"', 'fails = "nothing"', "wrong[1].fails: 'nothing' is not the id"),
        ('file = "zero.py"', 'file = "one.py"', "wrong[1].file: there is no wrong/one.py"),
        ('says = "differs"', 'says = ""', "wrong[1].says: give a text"),
        ("minutes = 5", "minutes = 5\n[limits]\nwall_s = 1e9\n[x]", "x: no such key"),
        (
            "[[checks]]",
            "[limits]\nwall_s = 100000\n\n[[checks]]",
            "limits: wall_s: needs a number from 1 to 600",
        ),
        ("[[checks]]", "[limits]\nspeed = 1\n\n[[checks]]", "limits: speed: no such limit"),
        ("week = 1", "week = = 1", "it is not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, old: str, new: str, words: str) -> None:
    message = broken(tmp_path, old, new)
    assert words in message
    assert "lab.toml" in message


@pytest.mark.parametrize("name", ["lab.toml", "notes.fr.md", "checks.py", "solution.py", "lab.py"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = make_lab(tmp_path).folder
    (folder / name).unlink()
    with pytest.raises(ContentError, match=name):
        read_lab(folder)


def test_a_wrong_variant_that_proves_nothing_is_named(tmp_path: Path) -> None:
    folder = make_lab(tmp_path).folder
    (folder / "wrong" / "extra.py").write_text("")
    with pytest.raises(ContentError, match=r"extra\.py is not listed"):
        read_lab(folder)


def test_checks_and_their_functions_must_match(tmp_path: Path) -> None:
    lacking = make_lab(tmp_path / "a", checks="def check_target(box, rng): pass\n")
    with pytest.raises(ContentError, match="check_honest: write it"):
        assert lacking.functions
    names = "target", "honest", "after", "extra"
    surplus = make_lab(tmp_path / "b", checks="".join(f"def check_{n}(box, rng): pass\n" for n in names))
    with pytest.raises(ContentError, match="check_extra"):
        assert surplus.functions


def test_limits_given_by_a_lab_are_used(tmp_path: Path) -> None:
    folder = make_lab(tmp_path).folder
    path = folder / "lab.toml"
    path.write_text(
        path.read_text().replace("[[checks]]", "[limits]\nwall_s = 7\ncpu_s = 5\n\n[[checks]]", 1)
    )
    limits = read_lab(folder).limits
    assert (limits.wall_s, limits.cpu_s) == (7.0, 5)


def test_only_drawings_of_the_lab_are_given_out(tmp_path: Path) -> None:
    folder = make_lab(tmp_path).folder
    (folder / "figures").mkdir()
    (folder / "figures" / "one.svg").write_text("<svg/>")
    lab = read_lab(folder)
    assert lab.figure("one.svg") == b"<svg/>"
    for name in ("../solution.py", "two.svg", ""):
        with pytest.raises(KeyError):
            lab.figure(name)
