"""Where the research data lie: published instances whose licence does not let them into the repository."""

import os
from pathlib import Path

import pytest

SOURCES = {
    "snsf": "github.com/akgoldberg/lottery and doi 10.5281/zenodo.4531160",
    "conf": "github.com/akgoldberg/lottery, ratings of OpenReview",
    "assignment": "github.com/YixuanEvenXu/perturbed-maximization, PrefLib 00037 and github.com/iesl/fair-matching",
    "sortition": "github.com/pgoelz/citizensassemblies-replication",
}


def research(*parts: str) -> Path:
    """The path of a file or folder of the research data. Skips the test, saying what is missing and where it is had."""
    named = os.environ.get("TREMPLIN_RESEARCH_DATA")
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    found = (Path(named) if named else beside).joinpath(*parts)
    if not found.exists():
        source = SOURCES.get(parts[0], "see docs") if parts else "see docs"
        pytest.skip(
            f"research data {'/'.join(parts)} are absent (from {source}): name their folder in TREMPLIN_RESEARCH_DATA"
        )
    return found
