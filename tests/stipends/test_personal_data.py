import json

from tests.cast import Cast
from tests.kept import keeping
from tests.stipends.world import DETAILS, instalment, through, with_details
from tremplin.selection.models import Scholar
from tremplin.stipends import services


def test_payments_come_along_with_every_step_and_no_account_number(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    data = keeping("stipends").export(cast.scholar)
    text = json.dumps(data, default=str)
    assert [step["to"] for step in data["payments"][0]["steps"]] == [
        "prepared",
        "approved",
        "ordered",
        "paid",
    ]
    assert data["payment_details"][0]["account_ends_in"] == "0189"
    assert DETAILS.account not in text
    assert "Fay Finance" not in text
    assert keeping("stipends").export(cast.finance) == {"payments": [], "payment_details": []}


def test_books_stand_in_the_way_of_erasure_until_nothing_is_owed_or_was_paid(
    cast: Cast, scholar: Scholar
) -> None:
    assert len(keeping("stipends").reasons(cast.scholar)) == 1
    for row in scholar.instalments.all():
        services.cancel(instalment=row, reason="x", actor=cast.finance, now=cast.at("training_starts"))
    assert keeping("stipends").reasons(cast.scholar) == []
