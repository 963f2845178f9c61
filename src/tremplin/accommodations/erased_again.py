"""What somebody took back in confidence, and a backup does not know of: taken back again."""

from datetime import datetime

from tremplin.accommodations.models import Recording, Request
from tremplin.core import erasures

REQUEST, RECORDING = "accommodations.request", "accommodations.recording"


def _request(ref: str, _scope: str, _at: datetime) -> bool:
    return bool(Request.objects.filter(ref=ref).delete()[0])


def _recording(ref: str, _scope: str, _at: datetime) -> bool:
    return bool(Recording.objects.filter(ref=ref).delete()[0])


erasures.register(
    REQUEST, erasures.Repeater(lambda: list(Request.objects.values_list("ref", flat=True)), _request)
)
erasures.register(
    RECORDING, erasures.Repeater(lambda: list(Recording.objects.values_list("ref", flat=True)), _recording)
)
