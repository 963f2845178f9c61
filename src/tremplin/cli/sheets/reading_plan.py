"""Applications, reviewers and what is known of both, as tables give them: the question of an assignment."""

import argparse
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.cli.sheets import cells, languages, marking
from tremplin.cli.sheets.columns import Column
from tremplin.cli.sheets.tables import Table
from tremplin.methods.assignment import Application, Problem, Reviewer

Pairs = frozenset[tuple[str, str]]
_optional: dict[str, Any] = {"needed": False, "may_be_empty": True}
_LANGUAGES = ("language", "languages", "langue", "langues", "spoken languages", "langues parlées")
_TOPICS = ("topic", "topics", "field", "fields", "keywords", "expertise", "sujet", "thème", "domaine", "discipline",
           "mots clés", "mots clefs", "spécialité", "thématique")  # fmt: skip
_APPLICATION = Column("application", "code of the application", cells.CODE, marking.APPLICANT.names)
_REVIEWER = Column("reviewer", "code of the reviewer", cells.CODE, (*marking.REVIEWER.names, "code", "id"))
APPLICATIONS = (
    _APPLICATION,
    Column("language", "language", languages.LANGUAGE, _LANGUAGES, **_optional),
    Column("topics", "topics", cells.WORDS, _TOPICS, **_optional),
    Column(
        "reads",
        "number of reads",
        cells.WHOLE,
        ("reads", "readings", "lectures", "nombre de lectures"),
        unlike=("done", "so far", "faites", "week", "semaine"),
        **_optional,
    ),
)
REVIEWERS = (
    _REVIEWER,
    Column("languages", "languages", languages.LANGUAGES, _LANGUAGES, **_optional),
    Column("topics", "topics", cells.WORDS, _TOPICS, **_optional),
    Column("most", "most reads", cells.WHOLE, ("most", "max", "maximum", "capacity", "load", "quota", "capacité",
           "charge", "plafond"), **_optional),
    Column("least", "least reads", cells.WHOLE, ("least", "min", "minimum"), **_optional),
)  # fmt: skip
PAIRS = (_APPLICATION, Column("reviewer", "code of the reviewer", cells.CODE, marking.REVIEWER.names))
EXPERTISE = (
    *PAIRS,
    Column("score", "score", cells.NUMBER, ("score", "expertise", "fit", "suitability", "bid", "preference", "affinity",
           "adéquation", "préférence", "note")),
)  # fmt: skip


def pairs(table: Table | None, applications: Table, reviewers: Table) -> Pairs:
    if table is None:
        return frozenset()
    table.require_known("application", _codes(applications, "application"), applications.file)
    table.require_known("reviewer", _codes(reviewers, "reviewer"), reviewers.file)
    return frozenset(
        (line["application"], line["reviewer"]) for line in table if line["application"] and line["reviewer"]
    )


def problem(
    args: argparse.Namespace,
    applications: Table,
    reviewers: Table,
    *,
    conflicts: Pairs,
    kept: Pairs,
    expertise: Table | None,
) -> Problem:
    """The question. Raises ProblemFault."""
    papers = [
        Application(
            line["application"],
            args.reads if line["reads"] is None else line["reads"],
            line["language"] or "",
        )
        for line in applications
    ]
    share = ceil(sum(paper.reads for paper in papers) / max(1, len(reviewers)))
    people = [
        Reviewer(
            line["reviewer"],
            (args.most or max(share, line["least"] or 0)) if line["most"] is None else line["most"],
            frozenset(line["languages"] or ()),
            least=line["least"] or 0,
        )
        for line in reviewers
    ]
    return Problem(
        papers,
        people,
        _scores(applications, reviewers, expertise),
        conflicts=conflicts,
        kept=kept,
        seed=args.seed or 0,
    )


def _codes(table: Table, key: str) -> list[str]:
    return [code for code in table.column(key) if code]


def _scores(applications: Table, reviewers: Table, expertise: Table | None) -> NDArray[np.float64] | None:
    """From the table of expertise; else from topics that both name; else none, and loads are evened out."""
    papers, people = _codes(applications, "application"), _codes(reviewers, "reviewer")
    if expertise is not None:
        row = {code: number for number, code in enumerate(papers)}
        column = {code: number for number, code in enumerate(people)}
        found = np.zeros((len(papers), len(people)))
        for line in expertise:
            if line["score"] is not None:
                found[row[line["application"]], column[line["reviewer"]]] = line["score"]
        return found
    if not (applications.has("topics") and reviewers.has("topics")):
        return None
    return _by_topics(applications, reviewers)


def _by_topics(applications: Table, reviewers: Table) -> NDArray[np.float64]:
    """(n, m): the share of an application’s topics that a reviewer names; 0 where none is known."""
    named = [
        [{word.casefold() for word in line["topics"] or ()} for line in table]
        for table in (applications, reviewers)
    ]
    words = sorted(set().union(*named[0]))
    asked, known = (
        np.array([[word in one for word in words] for one in side], dtype=np.float64).reshape(
            len(side), len(words)
        )
        for side in named
    )
    shares: NDArray[np.float64] = asked @ known.T / np.maximum(asked.sum(axis=1, keepdims=True), 1)
    return shares
