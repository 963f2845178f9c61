"""Random numbers that mean the same on every machine.

Each purpose has its own stream, so that a new field never reshuffles the others. NumPy promises that the
bits of PCG64 never change, but not that the distributions built on them won't: everything here is
therefore made from plain uniform numbers.
"""

import hashlib
import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

from numpy.random import PCG64, Generator, SeedSequence

T = TypeVar("T")
_NORMAL = NormalDist()
_SMALLEST = 2.0**-53


def stream(seed: int, *purpose: str | int) -> Generator:
    """The stream of one purpose: the child of the seed whose spawn key is the purpose's own digest."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in purpose).encode()).digest()
    key = tuple(int.from_bytes(digest[at : at + 4], "big") for at in range(0, 16, 4))
    return Generator(PCG64(SeedSequence(entropy=seed, spawn_key=key)))


def child_seed(seed: int, *purpose: str | int) -> int:
    """A seed for everything about one thing, such as one person."""
    text = "\x1f".join(("child", str(seed), *(str(part) for part in purpose)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def below(rng: Generator, n: int) -> int:
    return int(rng.random() * n)


def between(rng: Generator, low: int, high: int) -> int:
    """A whole number from low to high, both included."""
    return low + int(rng.random() * (high - low + 1))


def chance(rng: Generator, probability: float) -> bool:
    return bool(rng.random() < probability)


def pick(rng: Generator, items: Sequence[T]) -> T:
    return items[int(rng.random() * len(items))]


def weighted(rng: Generator, items: Sequence[T], weights: Sequence[float]) -> T:
    at = rng.random() * math.fsum(weights)
    for item, weight in zip(items, weights, strict=True):
        at -= weight
        if at < 0:
            return item
    return items[-1]


def shuffled(rng: Generator, items: Sequence[T]) -> list[T]:
    result = list(items)
    for at in range(len(result) - 1, 0, -1):
        other = int(rng.random() * (at + 1))
        result[at], result[other] = result[other], result[at]
    return result


def sample(rng: Generator, items: Sequence[T], count: int) -> list[T]:
    return shuffled(rng, items)[:count]


def normal(rng: Generator, mean: float = 0.0, sd: float = 1.0) -> float:
    return mean + sd * _NORMAL.inv_cdf(max(float(rng.random()), _SMALLEST))


def lognormal(rng: Generator, median: float, sigma: float) -> float:
    return median * math.exp(normal(rng, 0.0, sigma))


def exponential(rng: Generator, mean: float) -> float:
    return -mean * math.log1p(-float(rng.random()))


def poisson(rng: Generator, mean: float) -> int:
    """Knuth's product of uniforms; meant for small means."""
    limit, product, count = math.exp(-mean), float(rng.random()), 0
    while product > limit:
        product *= float(rng.random())
        count += 1
    return count


def clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
