"""Whether groups differed in how far they came, in words: as much as the seal of the equality answers lets be told."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import override

from tremplin.programmes import groups
from tremplin.programmes.models import Cohort


def audit(cohort: Cohort, now: datetime) -> dict[str, Any]:
    """`state`: how the seal stands. `said`: sentences by language, none as long as nothing may be told."""
    state, said = "anonymous", {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            state, said[language] = groups.told(cohort, now)
    return {"state": state, "said": said}
