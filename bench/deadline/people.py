"""What everybody on that night has in common, whichever software they use."""

import asyncio
import io
import random
from dataclasses import dataclass
from functools import cache

ESSAY = "I repaired the inventory of our clinic with a small program, and now I want to learn more. " * 8
FILE_SIZE = 200_000


@dataclass(frozen=True, slots=True)
class Applied:
    """Somebody who was told that their application has arrived."""

    person: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A text of which the server said that it is kept."""

    draft: str
    text: str


async def think(chance: random.Random, pace: float) -> None:
    """People look at a page before they go on; `pace` is the mean in seconds."""
    if pace:
        await asyncio.sleep(chance.uniform(0.5, 1.5) * pace)


def address_of(number: int) -> str:
    """A network address of their own for everyone."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@cache
def pdf() -> bytes:
    """A real PDF of about 200 kB: one page with a picture that does not compress."""
    from PIL import Image

    side = 450
    picture = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))
    content = io.BytesIO()
    picture.save(content, "PDF", quality=92)
    return content.getvalue()
