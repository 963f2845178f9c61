"""The post office of that night: both sites hand their mails over by SMTP, and people read them here."""

import email
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy

_TO = re.compile(rb"RCPT TO:<([^>]+)>", re.IGNORECASE)


class Post:
    """What came, by the address it went to."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.port = 0

    def take(self, to: list[str], mail: bytes) -> None:
        found = email.message_from_bytes(mail, policy=policy.default)
        body = found.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
        self.texts.update(dict.fromkeys(to, text))


@contextmanager
def office() -> Iterator[Post]:
    """An office that takes every mail and sends none on."""
    post = Post()

    class Counter(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _converse(self, post)

    class Office(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 100

    with Office(("127.0.0.1", 0), Counter) as server:
        post.port = int(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield post
        finally:
            server.shutdown()


def _converse(counter: socketserver.StreamRequestHandler, post: Post) -> None:
    """One connection, as far as RFC 5321 has to be spoken here."""

    def say(line: bytes) -> None:
        counter.wfile.write(line + b"\r\n")

    say(b"220 here")
    to: list[str] = []
    while line := counter.rfile.readline():
        word = line[:4].upper()
        if word == b"DATA":
            say(b"354 go on")
            post.take(to, _mail(counter))
            to = []
        elif word == b"RCPT" and (found := _TO.match(line)):
            to.append(found[1].decode())
        say(b"221 bye" if word == b"QUIT" else b"250 yes")
        if word == b"QUIT":
            return


def _mail(counter: socketserver.StreamRequestHandler) -> bytes:
    lines = []
    while (line := counter.rfile.readline()) not in {b".\r\n", b""}:
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)
