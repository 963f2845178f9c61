"""Pools of people and limits for panels: the public synthetic ones, and generated ones of any size."""

import math
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instance:
    """`people`: values by category for each code; `limits`: (category, value, least, most)."""

    name: str
    seats: int
    people: dict[str, dict[str, str]]
    limits: list[tuple[str, str, int, int]]


def alternate(people: int, seats: int) -> Instance:
    """The public instances of Flanigan et al. (Nature 2021): two traits of two values, one woman who is conservative
    among women who are liberal and men who are conservative; half of the panel, less one, at least of each value.
    """
    half = people // 2
    kinds = (
        [("female", "conservative")]
        + [("female", "liberal")] * (half - 1)
        + [("male", "conservative")] * half
    )
    members = {f"p{n:04d}": {"gender": g, "leaning": o} for n, (g, o) in enumerate(kinds)}
    values = [("gender", "female"), ("gender", "male"), ("leaning", "liberal"), ("leaning", "conservative")]
    limits = [(category, value, seats // 2 - 1, seats) for category, value in values]
    return Instance(f"alternate {people}/{seats}", seats, members, limits)


def generated(people: int, seats: int, categories: int, seed: int) -> Instance:
    """People who came forward unevenly, and limits about a panel like the population, so that they can be kept.

    Each category has two to six values; who comes forward is tilted (log-normal, sd 0.6); one panel is drawn with
    the tilt undone, and each value may differ from it by a twentieth of the seats, or by one.
    """
    chance = random.Random(f"{people}/{seats}/{categories}/{seed}")
    traits: list[list[str]] = [[] for _ in range(people)]
    undone = [0.0] * people
    for _category in range(categories):
        values = chance.choice([2, 2, 3, 4, 5, 6])
        population = [chance.uniform(0.5, 1.5) for _ in range(values)]
        tilt = [math.exp(chance.gauss(0, 0.6)) for _ in range(values)]
        for person in range(people):
            weights = [share * lean for share, lean in zip(population, tilt, strict=True)]
            value = chance.choices(range(values), weights)[0]
            traits[person].append(str(value))
            undone[person] -= math.log(tilt[value])
    order = sorted(
        range(people), key=lambda person: -math.log(1 - chance.random()) / math.exp(undone[person])
    )
    panel, slack = order[:seats], max(1, round(seats / 20))
    limits = []
    for category in range(categories):
        for value in sorted({row[category] for row in traits}):
            count = sum(traits[person][category] == value for person in panel)
            least = max(0, count - chance.randint(0, slack))
            limits.append((f"trait {category}", value, least, max(1, count + chance.randint(0, slack))))
    members = {
        f"p{person:04d}": {f"trait {at}": value for at, value in enumerate(row)}
        for person, row in enumerate(traits)
    }
    return Instance(f"{people}/{seats}/{categories}/{seed}", seats, members, limits)
