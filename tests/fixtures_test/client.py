"""A client that follows nothing and hides nothing."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from lxml import html


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes

    @property
    def html(self) -> str:
        """The body, decoded by the charset of its header."""
        charset = re.search(r"charset=([\w-]+)", self.headers.get("content-type", ""))
        return self.body.decode(charset[1] if charset else "utf-8")

    @property
    def text(self) -> str:
        """What the page shows in NFC-agnostic form: its text and image alts, one space between words."""
        tree = html.fromstring(self.html)
        for node in tree.xpath("//script|//style"):
            node.drop_tree()
        for image in tree.iter("img"):
            image.tail = f" {image.get('alt', '')} {image.tail or ''}"
        return " ".join(" ".join(tree.itertext()).split())

    @property
    def links(self) -> list[str]:
        """Every href, in order."""
        return [str(link) for link in html.fromstring(self.html).xpath("//a/@href")]


def ask(
    url: str, form: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One GET, or one POST of `form`."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = dict(headers or {})
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(
            "GET" if form is None else "POST", path or "/", urlencode(form) if form else None, sent
        )
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()
