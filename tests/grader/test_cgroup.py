"""Memory groups against a pretended hierarchy: versions, refusals, leftovers. The real one is used by the attacks."""

from pathlib import Path

import pytest

from tremplin.grader import cgroup
from tremplin.grader.cgroup import Group, Place


def test_the_memory_controller_of_version_1_is_found_in_a_mixed_system(tmp_path: Path) -> None:
    membership = "4:memory:/ours\n8:pids:/\n0::/\n"
    assert cgroup.candidates(tmp_path, membership) == [
        Place(1, tmp_path / "memory" / "ours"),
        Place(1, tmp_path / "memory"),
    ]


def test_version_2_is_found_when_it_is_the_only_one(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids")
    assert cgroup.candidates(tmp_path, "0::/user.slice/a.service\n") == [
        Place(2, tmp_path / "user.slice/a.service"),
        Place(2, tmp_path),
    ]


def test_no_place_means_none(tmp_path: Path) -> None:
    assert cgroup.candidates(tmp_path, "") == []
    assert cgroup.find(tmp_path / "not-there") is None


@pytest.mark.parametrize("version", [1, 2])
def test_a_group_that_takes_no_limit_is_not_used_and_not_left(tmp_path: Path, version: int) -> None:
    """As with version 2, where a group whose parent does not delegate `memory` has no memory.max."""
    place = tmp_path / "closed"
    place.mkdir()
    place.chmod(0o555)
    try:
        if not (place / "x").exists():
            refuse = pytest.MonkeyPatch()
            refuse.setattr(Path, "write_text", _refuse)
            with pytest.raises(OSError):
                cgroup.make(Place(version, place), 100)
            refuse.undo()
    finally:
        place.chmod(0o755)
    assert list(place.iterdir()) == []


def _refuse(self: Path, text: str) -> int:
    raise PermissionError(self)


@pytest.mark.parametrize(
    ("version", "name", "text"),
    [(1, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill {}\n"),
     (2, "memory.events", "low 0\nmax 12\noom 3\noom_kill {}\noom_group_kill 0\n")],
)  # fmt: skip
def test_a_kill_for_memory_is_seen(tmp_path: Path, version: int, name: str, text: str) -> None:
    group = Group(version, tmp_path)
    assert not group.out_of_memory()
    (tmp_path / name).write_text(text.format(0))
    assert not group.out_of_memory()
    (tmp_path / name).write_text(text.format(2))
    assert group.out_of_memory()


def test_the_peak_is_told_in_megabytes(tmp_path: Path) -> None:
    (tmp_path / "memory.peak").write_text(str(300 << 20))
    assert Group(2, tmp_path).peak_mb() == 300
    assert Group(1, tmp_path).peak_mb() == 0


def test_groups_left_by_a_killed_service_are_swept_away(tmp_path: Path) -> None:
    dead, alive, other = (
        tmp_path / name for name in ("tremplin-box-999999999-1", "tremplin-box-1-1", "mine")
    )
    for folder in (dead, alive, other):
        folder.mkdir()
    cgroup._sweep(Place(1, tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "tremplin-box-1-1"]
