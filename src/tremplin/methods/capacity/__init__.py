"""Whether a season of reading leaves anybody unread: simulated from what is known today, with what would help.

`outlook(season)` says with what probability somebody is unread by each day, how late it gets and how many reads are
short, by language; `advise(season)` the smallest remedy of each kind, each simulated anew.
"""

from tremplin.methods.capacity.outlook import Chance, Day, InLanguage, Outlook, Spread, outlook
from tremplin.methods.capacity.remedies import Advice, Most, Prices, Remedy, advise
from tremplin.methods.capacity.season import BadSeason, Coming, Habits, Reader, Season
from tremplin.methods.capacity.simulated import Changed, Runs, Size, simulate

__all__ = [
    "Advice",
    "BadSeason",
    "Chance",
    "Changed",
    "Coming",
    "Day",
    "Habits",
    "InLanguage",
    "Most",
    "Outlook",
    "Prices",
    "Reader",
    "Remedy",
    "Runs",
    "Season",
    "Size",
    "Spread",
    "advise",
    "outlook",
    "simulate",
]
