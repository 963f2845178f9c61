"""The backup file: what is put in comes out, and what was not put in by us stays out."""

import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tremplin.cli.deeds import archive, restore
from tremplin.core.errors import UserError

Change = Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes] | None]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A small archive: a database and two files."""
    source, path = tmp_path / "source", tmp_path / "x.tremplin.tar.gz"
    manifest = archive.Manifest("0.1.0", "2027-01-11T09:00:00+00:00", "ab", 1, ["core.0001_initial"])
    with path.open("xb") as stream:
        writer = archive.Writer(stream, manifest)
        for name, content in [
            ("database/tremplin.db", os.urandom(100_000)),
            ("data/files/essay.pdf", b"%PDF-1.7 essay"),
            ("data/empty.txt", b""),
        ]:
            source.write_bytes(content)
            writer.add(name, source)
        writer.close()
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "target").mkdir()
    return tmp_path / "target"


def rewrite(path: Path, change: Change, *first: tuple[tarfile.TarInfo, bytes]) -> None:
    """Write an archive anew: `first`, then each member as `change` gives it back."""
    with tarfile.open(path) as old:
        members = [(info, file.read() if (file := old.extractfile(info)) else b"") for info in old]
    changed = [*first, *(made for info, content in members if (made := change(info, content)))]
    with tarfile.open(path, "w:gz") as new:
        for info, content in changed:
            info.size = len(content)
            new.addfile(info, io.BytesIO(content))


def unchanged(info: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    return info, content


def special(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, 0o4777
    return info


def test_what_is_put_in_comes_out_and_is_its_owners_alone(backup: Path, target: Path) -> None:
    assert archive.verify(backup) == archive.extract(backup, target)
    assert (target / "data" / "files" / "essay.pdf").read_bytes() == b"%PDF-1.7 essay"
    assert (target / "data" / "empty.txt").read_bytes() == b""
    files = [path for path in target.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert [path for path in files if path.stat().st_mode & 0o7077] == []


@pytest.mark.parametrize(
    "evil",
    [
        special("data/../../escaped", tarfile.REGTYPE),
        special("/tmp/tremplin-escaped", tarfile.REGTYPE),
        special("data/link", tarfile.SYMTYPE, "/etc/passwd"),
        special("data/hard", tarfile.LNKTYPE, "data/empty.txt"),
        special("data/device", tarfile.CHRTYPE),
        special("data/fifo", tarfile.FIFOTYPE),
        special("elsewhere", tarfile.REGTYPE),
        special("database/other.db", tarfile.REGTYPE),
        special("data", tarfile.DIRTYPE),
        special("data/./x", tarfile.REGTYPE),
        special("data//x", tarfile.REGTYPE),
        special("data/empty.txt", tarfile.REGTYPE),
    ],
    ids=lambda info: info.name,
)
def test_an_archive_that_reaches_out_is_refused(backup: Path, target: Path, evil: tarfile.TarInfo) -> None:
    rewrite(backup, unchanged, (evil, b""))
    with pytest.raises(UserError, match="not a whole Tremplin backup"):
        archive.extract(backup, target)
    assert not (target.parent / "escaped").exists()
    assert not Path("/tmp/tremplin-escaped").exists()


def _altered(info: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    return (info, b"%PDF-1.7 forged") if info.name.endswith("essay.pdf") else (info, content)


def _without(name: str) -> Change:
    return lambda info, content: None if info.name.endswith(name) else (info, content)


def _with_manifest(text: str) -> Change:
    return lambda info, content: (info, text.encode()) if info.name == "manifest.json" else (info, content)


@pytest.mark.parametrize(
    "change",
    [
        _altered,
        _without("essay.pdf"),
        _without("tremplin.db"),
        _without("manifest.json"),
        _with_manifest('{"format": 1}'),
        _with_manifest("[]"),
        _with_manifest("{"),
        _with_manifest('{"members": {"x": 3}}'),
        _with_manifest('{"members": {}, "more": 1}'),
    ],
)
def test_an_archive_that_does_not_match_its_list_is_refused(
    backup: Path, target: Path, change: Change
) -> None:
    rewrite(backup, change)
    for read in (archive.verify, lambda path: archive.extract(path, target)):
        with pytest.raises(UserError, match="Nothing was changed"):
            read(backup)


def test_an_addition_is_noticed(backup: Path) -> None:
    rewrite(backup, unchanged, (special("data/more.txt", tarfile.REGTYPE), b"more"))
    with pytest.raises(UserError, match=r"data/more\.txt is missing or altered"):
        archive.verify(backup)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 0.5, 0.9, 0.99])
def test_a_cut_off_archive_is_refused(backup: Path, target: Path, share: float) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(UserError, match=r"cut off or damaged|missing"):
        archive.extract(backup, target)


def test_a_flipped_bit_is_noticed(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    with pytest.raises(UserError, match="not a whole Tremplin backup"):
        archive.verify(backup)


def test_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(os.urandom(5000))
    with pytest.raises(UserError, match="not a whole Tremplin backup"):
        archive.verify(path)


def test_an_archive_larger_than_the_disk_is_not_unpacked(
    backup: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 50_000

    monkeypatch.setattr(archive.shutil, "disk_usage", lambda path: Usage)
    with pytest.raises(UserError, match="not enough room"):
        archive.extract(backup, target)
    assert list(target.iterdir()) == []


def test_a_file_that_grows_while_it_is_read_is_taken_as_it_was(tmp_path: Path) -> None:
    path, source = tmp_path / "x.tar.gz", tmp_path / "growing"
    source.write_bytes(b"x" * 1000)
    manifest = archive.Manifest("0.1.0", "2027-01-11T09:00:00+00:00", "ab", 1, [])
    with path.open("xb") as stream:
        writer = archive.Writer(stream, manifest)
        writer.add("database/tremplin.db", source)
        with source.open("ab") as file:
            file.write(b"y" * 1000)
        writer.close()
    assert archive.verify(path).members["database/tremplin.db"].size == 1000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"tremplin": "99.0"}, "Install Tremplin 99.0"),
        ({"migrations": ["people.0099_later"]}, "people.0099_later"),
        ({"format": 7}, "format 7"),
    ],
)
def test_a_backup_of_a_newer_version_is_refused(
    backup: Path, target: Path, values: dict[str, object], word: str
) -> None:
    def change(info: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if info.name != "manifest.json":
            return info, content
        return info, json.dumps({**json.loads(content), **values}).encode()

    rewrite(backup, change)
    with pytest.raises(UserError, match=word):
        restore.check(archive.extract(backup, target))
