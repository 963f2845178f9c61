"""The page that shows what a step would do, and what a browser sends back from it."""

import re
from typing import Any

from django.test import Client

from tests.cast import Cast
from tests.visiting import hidden, page
from tremplin.stipends.models import Instalment


def look(client: Client, cast: Cast, show: str, step: str, *rows: Instalment) -> Any:
    words = {"show": show, "step": step, "payment": [row.ref for row in rows]}
    return client.get(page(cast, "stipends:steps"), words)


def sent_back(html: str) -> dict[str, Any]:
    """Everything in the form, each payment with its mark."""
    return {**hidden(html), "payment": re.findall(r'name="payment" value="([^"]+)"', html)}
