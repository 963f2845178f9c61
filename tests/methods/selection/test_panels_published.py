"""The public instances of Flanigan et al. (Nature 2021) as their repository has them, beside ours made anew."""

import csv
from collections import Counter

import pytest
from bench.panels.pools import alternate

from tests.methods.research import research
from tremplin.methods.selection.panels import Quota, over_panels, pool_of

INSTANCES = [("example_small_20", 200, 20), ("example_large_200", 2000, 200)]


@pytest.mark.parametrize(("name", "people", "seats"), INSTANCES)
def test_the_instance_made_anew_is_the_published_one(name: str, people: int, seats: int) -> None:
    folder = research("sortition", name)
    with (folder / "respondents.csv").open() as file:
        published = Counter((row["gender"], row["leaning"]) for row in csv.DictReader(file))
    with (folder / "categories.csv").open() as file:
        limits = [
            (row["category"], row["feature"], int(row["min"]), int(row["max"]))
            for row in csv.DictReader(file)
        ]
    ours = alternate(people, seats)
    assert Counter((row["gender"], row["leaning"]) for row in ours.people.values()) == published
    assert sorted(ours.limits) == sorted(limits)


@pytest.mark.parametrize(("name", "people", "seats"), INSTANCES)
def test_every_published_leximin_chance_is_ours_to_their_tolerance(
    name: str, people: int, seats: int
) -> None:
    """`*_prob_allocs_data.csv`, LexiMin by percentile of the pool: theirs misses 1/10 by up to their tolerance."""
    with research("sortition", "reference_output", f"{name}_prob_allocs_data.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["algorithm"] == "LexiMin"]
    instance = alternate(people, seats)
    found = over_panels(pool_of(instance.people, [Quota(*limit) for limit in instance.limits], seats))
    ours = sorted(float(chance) for chance in found.chances().values())
    assert len(rows) > 10
    for row in rows:
        at = min(len(ours) - 1, int(float(row["percentile of pool members"]) / 100 * len(ours)))
        assert float(row["selection probability"]) == pytest.approx(ours[at], abs=5e-4)
    assert ours[0] >= min(float(row["selection probability"]) for row in rows) - 1e-12
