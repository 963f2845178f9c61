"""What recorders note of people goes; what is heard and seen stays, byte for byte; what cannot be read is refused."""

import contextlib
import io
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.samples import a_wave, recorded
from tremplin.core.cleaning import Unclean
from tremplin.core.cleaning.recordings import clean_recording
from tremplin.core.cleaning.recordings.ogg import checksum
from tremplin.core.recordings import kind_of

MARKS = (b"Marker", b"Mireille", b"48.8577", b"2024", b"VideoHandler", b"SoundHandler", b"Lavf")
NAMES = sorted(path.name for path in (Path(__file__).parent / "recorded").iterdir())


def cleaned(content: bytes, kind: str = "") -> bytes:
    target = io.BytesIO()
    clean_recording(io.BytesIO(content), target, kind or kind_of(content[:64]))
    return target.getvalue()


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


@pytest.mark.parametrize("name", NAMES)
def test_every_note_goes_and_cleaning_again_changes_nothing(name: str) -> None:
    given_ = recorded(name)
    kept = cleaned(given_)
    assert b"Marker-Mireille" in given_
    assert [mark for mark in MARKS if mark in kept] == []
    assert kind_of(kept[:64]) == kind_of(given_[:64])
    assert cleaned(kept) == kept


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith((".mp4", ".mov", ".m4a", ".webm"))])
def test_nothing_moves_in_what_names_places_in_itself(name: str) -> None:
    given_ = recorded(name)
    kept = cleaned(given_)
    assert len(kept) == len(given_)
    changed = sum(a != b for a, b in zip(given_, kept, strict=True))
    assert 100 < changed < len(given_) / 3


def test_the_samples_of_a_wave_stay_and_its_notes_do_not() -> None:
    plain = a_wave(b"\x01\x02\x03" * 7)
    info = b"LIST" + struct.pack("<I", 20) + b"INFOINAM" + struct.pack("<I", 8) + b"Mireille"
    odd = b"id3 " + struct.pack("<I", 3) + b"me!" + b"\0"
    assert cleaned(plain[:12] + info + odd + plain[12:] + info) == cleaned(plain)
    assert b"\x01\x02\x03" * 7 in cleaned(plain)


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF, 5000])
def test_a_wave_that_did_not_know_its_length_is_kept_to_its_end(size: int) -> None:
    given_ = a_wave(b"s" * 1000)
    streamed = given_[:40] + struct.pack("<I", size) + given_[44:]
    assert cleaned(streamed) == given_


def test_a_wave_of_another_codec_is_refused_by_name_of_what_helps() -> None:
    given_ = bytearray(a_wave())
    given_[20] = 0x55  # MP3 in a WAV, which may hold tags of its own
    with pytest.raises(Unclean, match="not every browser plays"):
        cleaned(bytes(given_))


def test_of_an_mp3_the_frames_stay_whatever_stands_around_them() -> None:
    bare = cleaned(recorded("voice.mp3"))
    tag = b"ID3\x04\x00\x10\x00\x00\x01\x00" + b"Mireille".ljust(128, b"\xff") + bytes(10)
    ape = b"APETAGEX" + bytes(24) + b"Mireille" * 9
    middle = bare.index(bare[:2], 900)
    around = tag + tag + bare[:middle] + ape + bare[middle:] + ape + b"TAG" + b"Mireille".ljust(125)
    assert cleaned(around, "mp3") == bare


def test_an_mp3_that_is_nothing_but_a_tag_is_refused() -> None:
    with pytest.raises(Unclean, match="cannot be read to its end"):
        cleaned(b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(4000), "mp3")


def test_the_look_for_sound_in_what_is_none_comes_to_an_end() -> None:
    with pytest.raises(Unclean):
        cleaned(b"\xff\xfb\x90\x44" + b"\xff\xfb" * 400_000, "mp3")


def test_pages_of_an_ogg_are_whole_and_in_order() -> None:
    kept, at, numbers = cleaned(recorded("opus.ogg")), 0, []
    while at < len(kept):
        lacing = kept[at + 27 : at + 27 + kept[at + 26]]
        end = at + 27 + len(lacing) + sum(lacing)
        page = kept[at:end]
        assert checksum(page[:22] + bytes(4) + page[26:]) == struct.unpack("<I", page[22:26])[0]
        numbers.append(struct.unpack("<I", page[18:22])[0])
        at = end
    assert numbers == list(range(len(numbers)))


def test_a_second_stream_beside_the_sound_does_not_come_along() -> None:
    given_ = recorded("opus.ogg")
    body = b"fishead\0Mireille"
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, 2, 0, 99, 0, 0, 1) + bytes([len(body)])
    crc = struct.pack("<I", checksum(head + body))
    beside = head[:22] + crc + head[26:] + body
    first = given_.index(b"OggS", 4)
    assert cleaned(given_[:first] + beside + given_[first:]) == cleaned(given_)


def test_a_page_that_is_damaged_is_passed_over_as_players_do() -> None:
    given_ = bytearray(recorded("opus.ogg"))
    given_[-1] ^= 1
    assert 0 < len(cleaned(bytes(given_))) < len(cleaned(recorded("opus.ogg")))


def track(kind: bytes, codec: bytes, place: int, sizes: list[int], *, entry: bytes = b"") -> bytes:
    fields = bytes(28) if kind == b"soun" else bytes(8)
    handler = box(b"hdlr", bytes(8), kind, bytes(12), b"Telephone of Mireille")
    counts = struct.pack(f">{len(sizes)}I", *sizes)
    table = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), box(codec, fields, entry)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(sizes), 1)),
        box(b"stsz", struct.pack(">III", 0, 0, len(sizes)), counts),
        box(b"stco", struct.pack(">III", 0, 1, place)),
    )
    alias = box(
        b"dinf", box(b"dref", struct.pack(">II", 0, 1), box(b"alis", b"\0\0\0\x01Macintosh HD:Mireille"))
    )
    media = box(b"mdia", box(b"mdhd", bytes(4), b"timetime", bytes(12)), handler, box(b"minf", alias, table))
    return box(b"trak", box(b"tkhd", bytes(4), b"timetime", bytes(72)), media, box(b"udta", b"Mireille"))


def film(*, place: bytes = b"+48.8577+002.2950/", sound: bytes = b"heard") -> bytes:
    """What a telephone writes: sound, a track of places beside it, and room in between where others stand."""
    head = box(b"ftyp", b"qt  ", bytes(4), b"qt  ")
    data = b"hidden" + sound + place + b"Mireille"
    first = len(head) + 8 + len(b"hidden")
    tracks = [
        track(b"soun", b"mp4a", first, [len(sound)], entry=box(b"udta", b"Mireille")),
        track(b"meta", b"mebx", first + len(sound), [len(place)]),
    ]
    xmp = box(b"uuid", b"Mireille" * 3)
    return head + box(b"mdat", data) + box(b"moov", *tracks, box(b"meta", b"Mireille")) + xmp


def test_places_that_a_telephone_films_along_go_from_the_data_too() -> None:
    kept = cleaned(film())
    assert len(kept) == len(film())
    assert b"heard" in kept
    for gone in (b"48.8577", b"hidden", b"Mireille", b"mebx", b"time", b"Macintosh"):
        assert gone not in kept


def test_a_film_in_pieces_with_a_track_of_something_else_is_refused() -> None:
    with pytest.raises(Unclean, match="not every browser plays"):
        cleaned(film() + box(b"moof", bytes(8)))


@pytest.mark.parametrize(
    "content",
    [
        box(b"ftyp", b"isom", bytes(4)),
        film()[:-200],
        box(b"ftyp", b"isom", bytes(4)) + box(b"moov") + box(b"moov"),
        box(b"ftyp", b"isom", bytes(4)) + box(b"moov", struct.pack(">I", 4000) + b"trak"),
        box(b"ftyp", b"isom", b"x" * 4000),
        film(sound=b"").replace(b"mp4a", b"enca"),
    ],
    ids=["no index", "cut off", "two indexes", "too long inside", "a long head", "locked"],
)
def test_what_is_no_whole_film_is_refused(content: bytes) -> None:
    with pytest.raises(Unclean):
        cleaned(content, "mp4")


def element(id_: bytes, body: bytes) -> bytes:
    return id_ + b"\x10" + len(body).to_bytes(3, "big") + body  # four bytes of size


def test_tags_attachments_and_other_tracks_of_a_webm_become_empty() -> None:
    given_ = recorded("film.webm")
    extra = element(b"\x19\x41\xa4\x69", b"Mireille") + element(b"\x12\x54\xc3\x67", b"Mireille" * 20)
    subtitle = element(b"\xa3", b"\x89\x00\x00\x80Mireille")
    kept = cleaned(given_ + extra + subtitle)
    assert kept[: len(given_)] == cleaned(given_)
    assert b"Mireille" not in kept


def test_a_webm_that_was_cut_off_keeps_its_whole_blocks() -> None:
    given_ = recorded("live.webm")
    kept = cleaned(given_[: len(given_) // 2])
    assert cleaned(given_).startswith(kept)
    with pytest.raises(Unclean):
        cleaned(given_[:200])


def test_the_comments_of_vorbis_inside_a_webm_say_nothing() -> None:
    comment = b"\x03vorbis\x08\0\0\0Mireille\x01\0\0\0\x08\0\0\0Mireille\x01"
    private = b"\x02\x07" + bytes([len(comment)]) + b"\x01vorbis" + comment + b"\x05vorbis"
    entry = b"".join(
        element(id_, body)
        for id_, body in (
            (b"\xd7", b"\x01"),
            (b"\x83", b"\x02"),
            (b"\x86", b"A_VORBIS"),
            (b"\x63\xa2", private),
        )
    )
    head = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"webm"))
    tracks = element(b"\x16\x54\xae\x6b", element(b"\xae", entry))
    cluster = b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7 + element(b"\xa3", b"\x81\x00\x00\x80sound")
    kept = cleaned(head + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + tracks + cluster, "webm")
    assert b"Mireille" not in kept
    assert b"\x05vorbis" in kept
    assert b"sound" in kept


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_whatever_is_damaged_is_cleaned_or_refused_and_never_breaks(data: st.DataObject, name: str) -> None:
    content = bytearray(recorded(name))
    kind = kind_of(bytes(content[:64]))
    for _change in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        deed = data.draw(st.sampled_from(["change", "cut", "double"]))
        if deed == "change":
            content[at] = data.draw(st.integers(0, 255))
        elif deed == "cut":
            del content[at : at + data.draw(st.integers(1, 400))]
        else:
            content[at:at] = content[at : at + 50]
        if not content:
            break
    with contextlib.suppress(Unclean):
        cleaned(bytes(content) or b"\0", kind)


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=3000), kind=st.sampled_from(["ogg", "mp3", "m4a", "mp4", "webm", "wav"]))
def test_whatever_is_none_is_refused_or_cleaned(content: bytes, kind: str) -> None:
    with contextlib.suppress(Unclean):
        cleaned(content, kind)
