"""An answer that waits for its reader: in memory, then on the disk, and nowhere once the reader is gone."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tremplin.web.relay import IN_MEMORY, ClientGone, Relay

Scene = Callable[[Relay], Awaitable[None]]


def play(folder: Path, scene: Scene) -> None:
    async def run() -> None:
        with ThreadPoolExecutor(1) as disk:
            relay = Relay(asyncio.get_running_loop(), folder, disk)
            try:
                await scene(relay)
            finally:
                relay.close()

    asyncio.run(run())


def test_what_a_slow_reader_has_not_taken_goes_to_the_disk_and_comes_back_in_order(tmp_path: Path) -> None:
    async def scene(relay: Relay) -> None:
        relay.put(b"a" * IN_MEMORY)
        relay.put(b"b" * IN_MEMORY)
        relay.put(b"c")
        taken = b""
        relay.end()
        while piece := await relay.take():
            taken += piece
        assert taken == b"a" * IN_MEMORY + b"b" * IN_MEMORY + b"c"
        relay.put(b"d")  # what was on the disk is read: memory has room again
        assert await relay.take() == b"d"

    play(tmp_path, scene)


def test_for_a_reader_who_has_gone_no_more_is_made(tmp_path: Path) -> None:
    async def scene(relay: Relay) -> None:
        relay.put(b"x")
        relay.abandon()
        assert await relay.take() == b""
        with pytest.raises(ClientGone):
            relay.put(b"y")

    play(tmp_path, scene)


def test_a_reader_who_leaves_while_the_disk_is_read_gets_nothing_and_costs_nothing(tmp_path: Path) -> None:
    async def scene(relay: Relay) -> None:
        relay.put(b"a" * IN_MEMORY)
        relay.put(b"b" * IN_MEMORY)
        await relay.take()
        relay.close()
        assert relay._from_disk() == b""

    play(tmp_path, scene)


def test_an_answer_that_breaks_before_it_begins_is_told_as_broken(tmp_path: Path) -> None:
    async def scene(relay: Relay) -> None:
        relay.end(ZeroDivisionError())
        with pytest.raises(ZeroDivisionError):
            await relay.ready

    play(tmp_path, scene)


def test_an_answer_begins_once(tmp_path: Path) -> None:
    async def scene(relay: Relay) -> None:
        relay.head(200, [])
        relay.head(500, [])
        relay.end(ZeroDivisionError())
        await asyncio.sleep(0)
        assert await relay.ready == (200, [])

    play(tmp_path, scene)
