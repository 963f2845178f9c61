"""What the application learns of a request, and whose word it believes."""

import io
from typing import Any

import pytest

from tests.web.server.asgi import Client
from tremplin.web.environ import Proxies, build, merge

LOCAL = Proxies.parse("127.0.0.1, ::1, 10.0.0.0/8")


def environ(proxies: Proxies | None = None, **request: Any) -> dict[str, Any]:
    scope = Client(None, **request).scope()
    return build(scope, merge(scope["headers"]), io.BytesIO(), 0, proxies=proxies or Proxies())


def test_a_request_is_described_as_pep_3333_wants_it() -> None:
    made = environ(
        method="POST", path="/café", query="a=b%20c", headers=(("host", "x"), ("content-type", "text/plain"))
    )
    assert made["REQUEST_METHOD"] == "POST"
    assert made["PATH_INFO"].encode("latin-1").decode() == "/café"
    assert made["QUERY_STRING"] == "a=b%20c"
    assert made["HTTP_HOST"] == "x"
    assert made["CONTENT_TYPE"] == "text/plain"
    assert "HTTP_CONTENT_TYPE" not in made
    assert (made["SERVER_NAME"], made["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert made["wsgi.url_scheme"] == "http"


def test_repeated_headers_are_joined() -> None:
    made = environ(headers=(("cookie", "a=1"), ("Cookie", "b=2"), ("accept", "x"), ("accept", "y")))
    assert made["HTTP_COOKIE"] == "a=1; b=2"
    assert made["HTTP_ACCEPT"] == "x,y"


@pytest.mark.parametrize("name", ["x_forwarded_for", "proxy", "X_FORWARDED_PROTO"])
def test_headers_that_could_be_taken_for_others_are_dropped(name: str) -> None:
    made = environ(LOCAL, peer="127.0.0.1", headers=((name, "evil"),))
    assert "evil" not in made.values()


def test_a_stranger_cannot_pass_for_another_address_or_for_https() -> None:
    made = environ(LOCAL, headers=(("x-forwarded-for", "9.9.9.9"), ("x-forwarded-proto", "https")))
    assert made["REMOTE_ADDR"] == "192.0.2.7"
    assert made["wsgi.url_scheme"] == "http"
    assert "HTTP_X_FORWARDED_FOR" not in made
    assert "HTTP_X_FORWARDED_PROTO" not in made


def test_without_configured_proxies_nobody_is_believed() -> None:
    made = environ(peer="127.0.0.1", headers=(("x-forwarded-for", "9.9.9.9"),))
    assert made["REMOTE_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("1.1.1.1, 203.0.113.5", "203.0.113.5"),  # what the client wrote itself stands left
        ("1.1.1.1, 203.0.113.5, 10.1.2.3", "203.0.113.5"),  # a second proxy of ours
        ("10.1.2.3", "10.1.2.3"),
        ("rubbish", "127.0.0.1"),
        ("1.1.1.1, rubbish, 10.1.2.3", "10.1.2.3"),
        ("", "127.0.0.1"),
        ("2001:db8::5", "2001:db8::5"),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(forwarded: str, address: str) -> None:
    made = environ(LOCAL, peer="127.0.0.1", headers=(("x-forwarded-for", forwarded),))
    assert made["REMOTE_ADDR"] == address


@pytest.mark.parametrize(
    ("forwarded", "scheme"),
    [("https", "https"), ("HTTPS", "https"), ("http, https", "https"), ("gopher", "http")],
)
def test_the_scheme_is_what_our_proxy_says(forwarded: str, scheme: str) -> None:
    made = environ(LOCAL, peer="::1", headers=(("x-forwarded-proto", forwarded),))
    assert made["wsgi.url_scheme"] == scheme


def test_a_peer_without_an_address_is_trusted_by_nobody() -> None:
    assert not LOCAL.trusts("")
    assert not LOCAL.trusts("unix:/run/x")


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        Proxies.parse("10.0.0.1, nonsense")
