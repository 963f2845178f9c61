"""Markers planted in everything that an applicant may declare, and in a file, reach nobody who reads."""

import json

import pytest

from tests.blinding.world import hide
from tests.cast import Cast, gather
from tests.programmes.texts import mended
from tests.review.test_blind import MARK, MARKS, Planted, leaks, visits
from tests.review.world import apply, fill, give_out, read_of, send_again
from tremplin.applications.models import Snapshot
from tremplin.core import clock
from tremplin.core.models import StoredFile
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.export import document
from tremplin.people.models import User
from tremplin.review import queries

_SAMPLE = '[[application.sections.questions]]\ncode = "sample"'
_MORE = "".join(
    f"""[[application.sections.questions]]
code = "{kind}s"
kind = "short"
label = {{ en = "Which {kind}s?", fr = "Quels {kind}s ?" }}
names = "{kind}"
required = false

"""
    for kind in ("school", "employer", "town")
)
DECLARED = {
    "schools": f"Lycée {MARK} Senghor, Université {MARK} Diop ({MARK.upper()}U)",
    "employers": f"{MARK}corp SARL; Banque {MARK}",
    "towns": f"{MARK}ville, Saint-{MARK}",
}
ESSAY = (
    f"Au lycee {MARK.lower()} senghor, puis à l’{MARK.upper()}U et à {MARK}CORP, je suis {MARK.lower()}villois, né à "
    f"ST {MARK.upper()}. En {MARK.lower()}ville même. Mon prix: {MARK}prize. GitHub: {MARK.lower()}99, "
    f"{MARK.lower()} (at) mail.example, 12 rue {MARK}, {MARK.lower()}.example.org/cv. I am {MARK}ada. "
    "I build weather stations."
)


@pytest.fixture
def cast(db: None) -> Cast:
    return gather(text=mended((_SAMPLE, _MORE + _SAMPLE)))


@pytest.fixture
def planted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Planted:
    now = cast.at("call_opens", days=2)
    person = User.objects.create_user(MARKS["address"], name=MARKS["name"])
    file = StoredFile.objects.create(
        owner_ref=person.ref,
        path="2027/01/x.pdf",
        kind="pdf",
        given_name=MARKS["file name"],
        size=1,
        sha256="0" * 64,
        created_at=now,
    )
    sample = {"file": file.ref, "name": file.given_name, "kind": "pdf", "size": 1, "sha256": file.sha256}
    answers: dict[str, object] = {
        "full_name": MARKS["identifying answer"],
        "country": "SN",
        "coded_before": "yes",
        "motivation": "An earlier text.",
        "project": f"For {DECLARED['employers']}.",
        "sample": sample,
        **DECLARED,
    }
    [application] = apply(cast.cohort, 0, now=now, also=[person], answers=answers)
    apply(cast.cohort, 2, now=now)
    hide_first = {**answers, "motivation": ESSAY}
    send_again(application, hide_first, cast.at("call_opens", days=3))
    hide(application, person, f"{MARK}prize", now=cast.at("call_opens", days=3))
    give_out(cast)
    monkeypatch.setattr(clock, "now", lambda: cast.at("call_closes", days=2))
    return Planted(
        application,
        Snapshot.objects.get(application=application, number=2),
        file,
        read_of(cast, cast.reviewer, application),
    )


def test_nothing_that_somebody_declared_reaches_whoever_reads(cast: Cast, planted: Planted) -> None:
    fill(planted.assignment, cast.at("call_closes", days=2), submit=False)
    pages = list(visits(cast, planted))
    read = [body for where, body in pages if f"/read/{planted.assignment.ref}/ → 200" in where]
    assert b"I build weather stations." in read[0], "nothing was there that could have leaked"
    assert b"[school 1]" in read[0]
    assert b"Which schools?" not in read[0]
    found = [leak for where, page in pages for leak in leaks(where, page, planted)]
    assert not found, "\n".join(found)


def test_nor_does_a_mail_name_anybody(cast: Cast, planted: Planted) -> None:
    mails = OutboxMessage.objects.filter(to_ref=cast.reviewer.ref)
    told = "".join(f"{mail.subject} {mail.body}" for mail in mails)
    assert told
    assert MARK.lower() not in told.lower()


def test_nor_does_the_export_of_a_reviewer(cast: Cast, planted: Planted) -> None:
    fill(planted.assignment, cast.at("call_closes", days=2))
    told = json.dumps(document(cast.reviewer, now=cast.at("call_closes", days=3)), default=str)
    assert queries.page_of(planted.assignment).name in told
    assert not [word for word in planted.forbidden() if word.lower() in told.lower()]
