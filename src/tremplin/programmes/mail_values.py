"""What the mails of a cohort can say: each occasion with the values it brings, for stages and for programme files.

The texts and the values of each occasion stand in `mails.toml`; here is what a value is. Pure: the schema asks
it whether a programme's own mail names only values that exist.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ALWAYS = ("name", "programme", "institution")
VALUES: dict[str, str] = {
    "name": "What the person is called",
    "programme": "Name of the programme, in the language of the mail",
    "institution": "Name of the institution",
    "link": "Full address of the page to open",
    "date": "The date that matters, written out with its time zone",
    "before": "The date as it stood before it was moved, written out with its time zone",
    "title": "What it is about: a check-in, a milestone, a payment, a role, a project",
    "reason": "Why, in a sentence of its own",
    "amount": "An amount of money with its currency",
    "answer_by": "Until when an answer is awaited, written out with its time zone",
    "feedback": "Words for this person, as whole sentences",
    "reference": "The reference to name when writing or calling",
    "arrived": "When what was sent arrived, written out with its time zone",
    "decided": "The day on which decisions go out",
    "checksum": "SHA-256 of what was sent",
    "copy": "Full address of what was sent, as a text file",
    "week": "Number of the week, from 1",
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a mail is sent, and which values stages bring: all of `values`, any of `optional`."""

    code: str
    when: dict[str, str]
    values: tuple[str, ...]
    optional: tuple[str, ...]
    subject: dict[str, str]
    body: dict[str, str]

    @property
    def known(self) -> tuple[str, ...]:
        """Every value that a text for this occasion may name."""
        return (*ALWAYS, *self.values, *self.optional)


@cache
def occasions() -> dict[str, Occasion]:
    """Every occasion on which Tremplin writes to somebody, by code, in the order of the journey."""
    data = tomllib.loads(files("tremplin.programmes").joinpath("mails.toml").read_text("utf-8"))
    return {mail["code"]: _occasion(mail) for mail in data["mails"]}


def _occasion(mail: dict[str, Any]) -> Occasion:
    return Occasion(
        code=mail["code"],
        when=mail["when"],
        values=tuple(mail["values"]),
        optional=tuple(mail.get("optional", ())),
        subject=mail["subject"],
        body=mail["body"],
    )


def names(template: str) -> set[str]:
    """The names that stand between braces in `template`, spelt right or not."""
    return set(re.findall(r"\{([^{}\n]*)\}", template))
