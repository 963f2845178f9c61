"""The part of the field that a picture names: those around the line, few enough to read."""

from tests.cast import Cast
from tests.selection.world import propose, read_cohort
from tests.visiting import content_of, page, signed_in
from tremplin.selection.fields import Field, around_the_line


def field(*bands: tuple[str, int]) -> list[Field]:
    names = [band for band, many in bands for _one in range(many)]
    return [Field(f"d{n}", f"a{n}", band, "", -n - 1, -n, -n + 1) for n, band in enumerate(names)]


def bands_of(rows: list[Field]) -> dict[str, int]:
    return {band: sum(row.band == band for row in rows) for band in ("admit", "lottery", "decline")}


def test_those_who_draw_stand_amid_their_neighbours_and_forty_are_named() -> None:
    rows = around_the_line(field(("admit", 4), ("lottery", 12), ("decline", 3292)))
    assert bands_of(rows) == {"admit": 4, "lottery": 12, "decline": 24}
    assert len(around_the_line(field(("admit", 40), ("lottery", 12), ("decline", 3000)))) == 40


def test_a_wide_band_keeps_neighbours_on_both_sides() -> None:
    rows = around_the_line(field(("admit", 30), ("lottery", 200), ("decline", 3000)))
    assert bands_of(rows) == {"admit": 5, "lottery": 200, "decline": 5}


def test_where_nobody_draws_the_last_places_and_the_next_people_are_named() -> None:
    rows = around_the_line(field(("admit", 100), ("decline", 3000)))
    assert bands_of(rows) == {"admit": 20, "lottery": 0, "decline": 20}


def test_nothing_is_shown_twice() -> None:
    assert around_the_line(field(("admit", 4), ("lottery", 8), ("decline", 28))) == []
    assert around_the_line(field(("admit", 60))) == []
    assert around_the_line(field(("decline", 60))) == []
    assert around_the_line([]) == []


def test_the_room_names_those_around_the_line_of_a_large_field(cast: Cast) -> None:
    read_cohort(cast, 50)
    propose(cast)
    told = content_of(signed_in(cast.organiser).get(page(cast, "selection:room"))).decode()
    assert "Around the line" in told
    assert told.count("interval-row__value") > 30
