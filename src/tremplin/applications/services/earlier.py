"""Starting from what one wrote last time, and letting go of it again."""

from datetime import datetime

from django.db import transaction

from tremplin.applications.models import Application
from tremplin.applications.queries.earlier import own_and_earlier
from tremplin.applications.rules.earlier import unchanged
from tremplin.applications.services.common import own_locked, refresh, require_not_withdrawn, require_open
from tremplin.core.ids import normal_ref
from tremplin.people.models import User


def take_over(application: Application, ref: str) -> None:
    """Fill a new draft, not stored yet, from the earlier application `ref`, and remember what came from there.

    Without effect for any application but the one that this person was offered.
    """
    _own, earlier = own_and_earlier(application.applicant, application.cohort)
    if earlier is None or earlier.application.ref != normal_ref(ref):
        return
    fresh = {code: row for code, row in earlier.answers.items() if code not in application.answers}
    application.answers.update({code: row["value"] for code, row in fresh.items()})
    source = earlier.application
    application.carried = {
        "from": source.ref,
        "programme": dict(source.cohort.plan.programme.name),
        "answers": fresh,
    }


@transaction.atomic
def let_go_of_earlier(*, application: Application, actor: User, now: datetime) -> Application:
    """Go on with an empty form: what was taken over and not touched since goes; what was rewritten stays.

    Order: permission, the call is open, the answers. Raises NotAllowed, Late, Conflict.
    """
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    if not held.carried:
        return held
    held.version += 1
    for code in unchanged(held.carried["answers"], held.answers):
        held.answers.pop(code)
        held.touched[code] = [held.version, ""]
    held.carried, held.saved_at = {}, now
    columns = ["answers", "touched", "carried", "version", "saved_at"]
    held.save(update_fields=[*columns, *refresh(held)])
    return held
