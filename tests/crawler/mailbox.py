"""A mail server on loopback (RFC 5321) that takes what comes, over TLS where it is given a certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


class Mailbox(ThreadingTCPServer):
    """`letters` are the messages; `said` the commands, `overheard` those that came without TLS though
    there is a certificate. `refuses` is the verb that is answered with `words`, the first `times` times."""

    daemon_threads = True
    letters: list[bytes]
    said: list[str]
    overheard: list[str]

    def __init__(
        self, refuses: bytes, words: bytes, times: int, tls: ssl.SSLContext | None, at_once: bool
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.refuses, self.words, self.times, self.tls, self.at_once = refuses, words, times, tls, at_once
        self.letters, self.said, self.overheard = [], [], []


class _Session(StreamRequestHandler):
    server: Mailbox
    safe = False

    def handle(self) -> None:
        with suppress(OSError):  # a client that breaks off, at a certificate for instance
            if self.server.at_once:
                self._wrap()
            self._say(b"220 loopback")
            while (line := self.rfile.readline()) and self._answer(line):
                pass

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the server closes only the socket that it had accepted

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")

    def _wrap(self) -> None:
        assert self.server.tls
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.safe = True

    def _answer(self, line: bytes) -> bool:
        """Answers a command; whether the session goes on."""
        server, verb = self.server, line[:4].upper().strip()
        open_ = server.tls is not None and not self.safe
        (server.overheard if open_ else server.said).append(line.decode().strip())
        if verb == server.refuses and server.times:
            server.times -= 1
            self._say(server.words)
        elif verb == b"EHLO":
            self._say(b"250-loopback\r\n250 STARTTLS" if open_ else b"250-loopback\r\n250 AUTH PLAIN")
        elif verb == b"STAR":
            self._say(b"220 go on")
            self._wrap()
        elif verb == b"AUTH":
            self._say(b"235 ok")
        elif verb == b"DATA":
            self._say(b"354 go on")
            server.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self._say(b"250 kept")
        elif verb == b"QUIT":
            self._say(b"221 bye")
            return False
        else:
            self._say(b"250 ok")
        return True


@contextmanager
def mailbox(
    refuses: bytes = b"",
    words: bytes = b"550 no such user",
    times: int = -1,
    tls: ssl.SSLContext | None = None,
    at_once: bool = False,
) -> Iterator[Mailbox]:
    """A mailbox that is open while the context lasts; `at_once`: TLS from the first byte, not by STARTTLS."""
    with Mailbox(refuses, words, times, tls, at_once) as box:
        thread = Thread(target=box.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield box
        box.shutdown()
        thread.join()


def address(box: Mailbox, user: str = "", scheme: str = "smtp") -> str:
    return f"{scheme}://{user}127.0.0.1:{box.server_address[1]}"
