"""What is written: whole or not at all, over nothing, and nothing in it runs."""

import csv
import io
import json
import os
import stat
from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.sheets.tables import put
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.writing import Outputs, as_csv, as_json


def outputs(folder: Path, *, force: bool = False, inputs: tuple[Path, ...] = ()) -> Outputs:
    made = Outputs("list", folder, force, inputs)
    made.add("draw.json", "the draw", "{}", public=True)
    made.add("draw.csv", "the list", "a,b\n")
    return made


def test_files_are_named_after_the_input_and_private_unless_published(tmp_path: Path) -> None:
    outputs(tmp_path).write()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"list-draw.json": 0o644, "list-draw.csv": 0o600}


def test_nothing_is_overwritten_unless_asked(tmp_path: Path) -> None:
    put(tmp_path, "mine", "list-draw.csv")
    with pytest.raises(Wrong, match=r"list-draw\.csv is there already") as told:
        outputs(tmp_path).write()
    assert "--force" in told.value.remedy
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list-draw.csv"]
    assert (tmp_path / "list-draw.csv").read_text() == "mine"
    outputs(tmp_path, force=True).write()
    assert (tmp_path / "list-draw.csv").read_text() == "a,b\n"


def test_a_file_that_came_meanwhile_is_not_overwritten_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = outputs(tmp_path)
    monkeypatch.setattr(Outputs, "_require_free", lambda self, paths: None)
    put(tmp_path, "quicker", "list-draw.json")
    with pytest.raises(Wrong, match="has come to be meanwhile"):
        made.write()
    assert (tmp_path / "list-draw.json").read_text() == "quicker"


def test_an_input_is_never_replaced(tmp_path: Path) -> None:
    path = put(tmp_path, "Code\na1\n", "list-draw.csv")
    with pytest.raises(Wrong, match="would replace the file that is read"):
        outputs(tmp_path, force=True, inputs=(path,)).write()


@pytest.mark.parametrize("broken", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_break_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: BaseException
) -> None:
    """The second file breaks off: neither it nor the first is there, and nothing lies about."""
    calls = []

    def sync(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise broken

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(type(broken) if isinstance(broken, BaseException) else broken):
        outputs(tmp_path).write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_takes_nothing_is_told_before_the_work(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Wrong, match="may only read there") as told:
            outputs(tmp_path).require_free(["draw.json"])
    finally:
        tmp_path.chmod(0o700)
    assert "--output" in told.value.remedy
    with pytest.raises(Wrong, match="There is no folder"):
        outputs(tmp_path / "none").require_free(["draw.json"])


def test_csv_holds_nothing_that_runs() -> None:
    text = as_csv(
        ["=cmd", "b"], [["=HYPERLINK(1)", -3.5], ["+1", True], ["＝x", Fraction(1, 3)], ["fine", None]]
    )
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["'=cmd", "b"]
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", "'+1", "'＝x", "fine"]
    assert [row[1] for row in rows[1:]] == ["-3.5", "yes", "0.3333333333333333", ""]
    assert text.startswith("\ufeff")


def test_json_is_the_same_for_the_same_content() -> None:
    content = {"é": Fraction(1, 2), "codes": frozenset({"b", "a"})}
    assert as_json(content) == as_json(dict(content))
    assert json.loads(as_json(content)) == {"é": 0.5, "codes": ["a", "b"]}
