"""The draw file of a programme as a design: the very code that drew, run again with other secrets."""

from collections.abc import Mapping
from hashlib import sha256
from math import nan

import numpy as np

from tremplin.methods.causal.designs import CONTROL, NEITHER, OFFERED, CausalError, Design, even, listed
from tremplin.methods.causal.effects import Trial
from tremplin.methods.lottery import Draw, Listing, Reveal, run, seal

DRAWS = 1_999


def design_of(listing: Listing, *, draws: int = DRAWS) -> Design:
    """The design of a list that was drawn from, people in the order of their codes.

    Whoever was chosen was offered a place. Where some were named as control, they are, and everybody else is
    neither; otherwise whoever was not chosen is, also those of the reserve to whom a place came later: compare them
    by `taking_part`. Groups with equal chances are listed or drawn by their mechanism; panels and chances of one's own
    are drawn `draws` times by the code of the draw, O(draws × people log people), with the list's exact chances.
    """
    if len(listing.panels) == 1 and not _some(listing):
        group = {code: str(number) for number, codes in enumerate(listing.groups) for code in codes}
        places = {
            str(number): seats for number, seats in enumerate(listing.panels[0]) if listing.groups[number]
        }
        return even([group[code] for code in listing.entries], places)
    worlds = []
    for number in range(draws):
        secret = sha256(f"drawn again|{listing.digest}|{number}".encode()).hexdigest()
        worlds.append(arms_of(run(listing, promise=seal(secret), reveal=Reveal(secret))))
    found = listed(worlds, [1 / draws] * draws)
    chance = listing.probabilities()
    offered = np.array([float(chance[code]) for code in listing.entries])
    control = found.control if _some(listing) else 1 - offered
    return Design(found.worlds, found.chances, False, offered, control)


def _some(listing: Listing) -> bool:
    """Whether some of those who are not chosen are the control, and not all of them."""
    return 0 < listing.control < len(listing.entries)


def arms_of(made: Draw) -> tuple[int, ...]:
    """The arm of each entry, in the order of codes."""
    chosen, control = set(made.chosen), set(made.control)
    other = NEITHER if _some(made.listing) else CONTROL
    return tuple(
        OFFERED if code in chosen else CONTROL if code in control else other for code in made.entries
    )


def trial_of(
    made: Draw,
    outcomes: Mapping[str, float],
    *,
    took: Mapping[str, float] | None = None,
    draws: int = DRAWS,
) -> Trial:
    """A draw that was made, with what became of people by code; whoever is not in `outcomes` is not known of.

    `took`: who took part, nobody who is not named; None: everybody who was chosen and nobody else. Raises CausalError
    for codes that were not drawn from.
    """
    strange = sorted((outcomes.keys() | (took or {}).keys()) - set(made.entries))
    if strange:
        raise CausalError(f"{strange[0]} was not in the draw, and {len(strange) - 1} more: take them out.")
    return Trial.of(
        design_of(made.listing, draws=draws),
        arms_of(made),
        [outcomes.get(code, nan) for code in made.entries],
        None if took is None else [float(took.get(code, 0.0)) for code in made.entries],
    )
