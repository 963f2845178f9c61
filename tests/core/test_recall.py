"""What a page has asked it knows, as long as it only reads."""

from collections.abc import Callable

from tremplin.core.recall import forget, reading, recall


def counted() -> tuple[list[int], Callable[[], int]]:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    return asked, ask


def test_while_a_page_reads_the_same_question_is_asked_once() -> None:
    _asked, ask = counted()
    with reading():
        assert [recall("one", ask), recall("one", ask), recall("two", ask)] == [1, 1, 2]


def test_no_answer_is_an_answer() -> None:
    asked: list[int] = []
    with reading():
        assert recall("nobody", lambda: asked.append(1)) is None
        assert recall("nobody", lambda: asked.append(1)) is None
    assert asked == [1]


def test_nothing_is_remembered_outside_or_where_something_may_change() -> None:
    _asked, ask = counted()
    assert [recall("one", ask), recall("one", ask)] == [1, 2]
    with reading(only=False):
        assert [recall("one", ask), recall("one", ask)] == [3, 4]
    with reading():
        assert recall("one", ask) == 5
    with reading():
        assert recall("one", ask) == 6


def test_a_change_after_all_forgets_everything() -> None:
    _asked, ask = counted()
    forget()
    with reading():
        assert recall("one", ask) == 1
        forget()
        assert recall("one", ask) == 2
