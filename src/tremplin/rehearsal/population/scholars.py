"""How those who are chosen live through the programme: energy, illness, plans too large, forms too late."""

from dataclasses import dataclass
from functools import cached_property

from .draws import between, chance, clamp, exponential, lognormal, normal
from .people import Person, home, standing
from .scene import Setting
from .stories import story_of


@dataclass(frozen=True, slots=True)
class Illness:
    """Weeks in which little can be done; the first week is 1."""

    from_week: int
    weeks: int

    def covers(self, week: int) -> bool:
        return self.from_week <= week < self.from_week + self.weeks


@dataclass(frozen=True)
class Scholar:
    """``ambition`` is the planned work divided by what turns out to be feasible; nearly everyone's is above one.

    ``offer_answer_days`` and ``bank_form_days`` count from the offer and from the request for bank details;
    ``bank_form_errors`` is how often the form comes back before it is right.
    """

    person: Person
    weeks: int
    energy: tuple[float, ...]
    illness: Illness | None
    ambition: float
    pace: float
    declines_offer: bool
    offer_answer_days: float
    bank_form_days: float
    bank_form_errors: int

    def ill(self, week: int) -> bool:
        return self.illness is not None and self.illness.covers(week)

    def effort(self, week: int) -> float:
        """The share of the planned hours that a week really holds."""
        return 0.12 if self.ill(week) else clamp(0.35 + 0.9 * self.energy[week - 1], 0.2, 1.15)

    @cached_property
    def progress(self) -> tuple[float, ...]:
        """The share of the plan that is done at the end of each week, if nobody cuts the plan."""
        done, shares = 0.0, []
        for week in range(1, self.weeks + 1):
            done += self.pace * self.effort(week) / (self.ambition * self.weeks)
            shares.append(min(1.0, done))
        return tuple(shares)

    def behind(self, week: int) -> float:
        """How far behind the plan, in weeks."""
        return max(0.0, week - self.progress[week - 1] * self.weeks)

    def writes_journal(self, week: int) -> bool:
        return not self.ill(week) and chance(
            self.person.stream("journal", week), 0.55 + 0.45 * self.energy[week - 1]
        )

    def checkin_delay_hours(self, week: int) -> float | None:
        """How long after the end of a week the check-in comes; None: never."""
        rng = self.person.stream("checkin", week)
        held = chance(rng, 0.5 if self.ill(week) else 0.93)
        return exponential(rng, 14 + 40 * (1 - self.energy[week - 1])) if held else None

    def setting(self, week: int) -> Setting:
        """The occasion on which this scholar writes in a week."""
        return Setting(week=week, weeks=self.weeks, energy=self.energy[week - 1], ill=self.ill(week))


def scholar(person: Person, weeks: int = 13) -> Scholar:
    """The scholar this person would be, the same whenever they are asked for."""
    rng, money = person.stream("scholar", "habits"), person.stream("scholar", "money")
    slow = 1.0 + 0.6 * (story_of(person).obstacle in ("power", "displaced"))
    abroad = 1.0 + 0.5 * ("v" in home(person).flags)
    return Scholar(
        person=person,
        weeks=weeks,
        energy=_energy(person, weeks),
        illness=_illness(person, weeks),
        ambition=clamp(lognormal(rng, 1.35, 0.22), 0.85, 2.6),
        pace=clamp(1.05 + 0.08 * standing(person) + normal(rng, 0.0, 0.12), 0.6, 1.5),
        declines_offer=chance(rng, 0.12),
        offer_answer_days=clamp(lognormal(rng, 2.2, 0.7), 0.1, 14.0),
        bank_form_days=clamp(lognormal(money, 3.0 * slow * abroad, 0.75), 0.2, 45.0),
        bank_form_errors=sum(chance(money, 0.18 * abroad) for _ in range(3)),
    )


def _energy(person: Person, weeks: int) -> tuple[float, ...]:
    """A slow wave: high at first, low in the middle, rising again towards the end; no two people alike."""
    rng = person.stream("scholar", "energy")
    level, carried, values = normal(rng, 0.66, 0.09), 0.0, []
    for week in range(weeks):
        share = week / max(1, weeks - 1)
        wave = 0.14 * (1 - 4 * share * (1 - share))
        carried = 0.6 * carried + normal(rng, 0.0, 0.09)
        values.append(clamp(level + wave - 0.06 + carried, 0.05, 1.0))
    return tuple(values)


def _illness(person: Person, weeks: int) -> Illness | None:
    rng = person.stream("scholar", "illness")
    chronic = story_of(person).obstacle == "illness"
    if weeks < 4 or not chance(rng, 0.55 if chronic else 0.22):
        return None
    length = between(rng, 1, 3 if chronic else 2)
    return Illness(from_week=between(rng, 2, max(2, weeks - length)), weeks=length)
