"""What reading and selection tell a person of what they keep about them."""

import pytest

from tests.cast import Cast
from tests.kept import keeping, told
from tests.selection.world import accept, decide, offers_of, propose, read_cohort


def test_an_applicant_takes_the_decision_with_them_but_never_a_proposal(cast: Cast) -> None:
    rows = read_cohort(cast, 4)
    propose(cast)
    person = rows[0].applicant
    assert keeping("selection").export(person)["decisions"] == []
    assert keeping("selection").reasons(person) == []
    decide(cast)
    [decision] = keeping("selection").export(person)["decisions"]
    assert decision["outcome"] == "offer"
    assert decision["levels"] == {"drive": 5, "making": 3}
    assert decision["interval"][0] < decision["score"] < decision["interval"][1]
    assert len(keeping("selection").reasons(person)) == 1


def test_a_scholar_takes_the_agreement_with_them(cast: Cast) -> None:
    read_cohort(cast, 3)
    decide(cast)
    scholar = accept(offers_of(cast.cohort)[0], cast.at("decisions_out", days=1))
    data = keeping("selection").export(scholar.user)
    assert data["offers"][0]["agreement"] == "I will take part full-time."
    assert data["places"][0]["state"] == "enrolled"
    assert [str(reason) for reason in keeping("selection").reasons(scholar.user)] == [
        "You hold or held a place in Small Scholars."
    ]


@pytest.mark.parametrize("who", ["reviewer", "second_reviewer"])
def test_a_reviewer_takes_their_own_words_and_no_applicant_with_them(cast: Cast, who: str) -> None:
    rows = read_cohort(cast, 2)
    person = getattr(cast, who)
    text = told("review", person)
    assert text.count("Write more about the station.") == 2
    for row in rows:
        assert row.name not in text
        assert row.ref not in text
        assert row.applicant.email not in text
    assert len(keeping("review").reasons(person)) == 1
    assert keeping("review").reasons(cast.mentor) == []
    assert told("review", rows[0].applicant).count("station") == 0
