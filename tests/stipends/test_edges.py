"""What a programme without money, an older plan or a small change lead to."""

import pytest

from tests.cast import PLANS, Cast, enrol, gather
from tests.stipends.world import instalment, with_details
from tests.visiting import Clock, hidden, hold, page, signed_in
from tremplin.programmes.roles import roles_of
from tremplin.selection.models import Scholar
from tremplin.stipends import desk, queries, rounds, services
from tremplin.stipends.models import Instalment


def unpaid(stages: str = '"stipends", ') -> str:
    """The small programme without its stipends."""
    text = (PLANS / "small.toml").read_text("utf-8").replace(stages, "")
    start, end = text.index("[stipend]"), text.index("[training]")
    return text[:start] + text[end:]


def test_a_programme_that_pays_nothing_has_no_cards_no_rounds_and_says_so(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = gather(text=unpaid())
    enrol(cast)
    now = cast.at("training_starts")
    rounds.instalments(cohort=cast.cohort, now=now)
    assert not Instalment.objects.exists()
    for user in (cast.scholar, cast.finance):
        roles = roles_of(user, cast.cohort)
        assert desk.cards(cohort=cast.cohort, actor=user, roles=roles, now=now) == []
    hold(monkeypatch, now)
    text = signed_in(cast.finance).get(page(cast, "stipends:board")).content.decode()
    assert "This programme pays no stipend" in text
    text = signed_in(cast.scholar).get(page(cast, "stipends:mine"), {"lang": "en"}).content.decode()
    assert "This programme pays no stipend" in text


def test_an_instalment_that_the_plan_no_longer_has_keeps_its_date(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    Instalment.objects.filter(code="start").update(code="old", due=cast.at("training_starts", days=3))
    assert services.settle_dates(cohort=cast.cohort, now=cast.at("training_starts")) == 0
    (line,) = queries.ready(cast.cohort, cast.finance, now=cast.at("training_starts"))
    assert (line.instalment.code, line.due) == ("old", cast.at("training_starts", days=3))
    services.prepare(
        instalment=instalment(scholar, "old"), actor=cast.finance, now=cast.at("training_starts")
    )


def test_an_extension_that_is_as_long_or_shorter_is_said_as_it_is(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    client, path = signed_in(cast.organiser), page(cast, "stipends:extension", ref=scholar.ref)

    def give(weeks: int) -> str:
        form = {**hidden(client.get(path).content.decode()), "weeks": str(weeks), "reason": ""}
        return client.post(path, form, follow=True).content.decode()

    assert "a mail tells the scholar" in give(2)
    assert "Nothing changed" in give(2)
    assert "no mail says so" in give(1)


def test_a_role_without_a_place_has_no_card_and_no_page(cast: Cast, clock: Clock) -> None:
    scholar = enrol(cast)
    Scholar.objects.filter(pk=scholar.pk).delete()
    roles = roles_of(cast.scholar, cast.cohort)
    assert desk.cards(cohort=cast.cohort, actor=cast.scholar, roles=roles, now=clock.at) == []
    client = signed_in(cast.scholar)
    assert client.get(page(cast, "stipends:mine")).status_code == 200
    assert client.get(page(cast, "stipends:payee")).status_code == 404
