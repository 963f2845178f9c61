"""How mail leaves: read from one address of a mail server, as an administrator sets it."""

import json

import pytest
from bench.installation import Installation

CODE = """
import json
from django.conf import settings
names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
print(json.dumps([getattr(settings, f"EMAIL_{name}") for name in names]))
"""


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (
            "smtp://ada%40example.org:p%C3%A4ss@mail.example.org",
            ["mail.example.org", 587, "ada@example.org", "päss", False, True],
        ),
        ("smtps://ada:word@mail.example.org", ["mail.example.org", 465, "ada", "word", True, False]),
        ("smtp://mail.example.org:2525", ["mail.example.org", 2525, "", "", False, False]),
    ],
)
def test_one_address_says_server_port_person_and_encryption(
    empty: Installation, url: str, found: list[object]
) -> None:
    environment = {**empty.environment, "TREMPLIN_MAIL": "smtp", "TREMPLIN_SMTP_URL": url}
    done = empty.run("manage", "shell", "-v", "0", "-c", CODE, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == found
