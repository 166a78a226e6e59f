"""What the pages are made of: an archive, its raw files, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from storage.database import Database
from web.parts import language
from web.parts.passages import passage

HOSTS = ("localhost", "127.0.0.1", "[::1]")
PACKED = 1_000  # articles of a web archive package, which is written before it is sent


@dataclass
class Site:
    """An archive that is shown: `database` for pages, `patient` for downloads, which may take long.

    `warc` is the folder of its raw files; `hosts` are the names under which requests may come; `pywb` is the
    address of a pywb collection of the same files, or ""; `replay` that of web.replay: a URL, a port of the
    same host (":8001"), or "".
    """

    database: Database
    patient: Database
    warc: Path
    hosts: tuple[str, ...] = HOSTS
    pywb: str = ""
    replay: str = ""

    @cached_property
    def templates(self) -> Environment:
        """The templates, which escape all that they are given."""
        return Environment(
            loader=PackageLoader("web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """Yields a connection that reads one moment of the archive."""
        with self.database.reading() as connection:
            yield connection

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Returns a page in the reader's language."""
        chosen = spoken(request)
        other = "en" if chosen == "vi" else "vi"
        values |= {
            "lang": chosen,
            "t": partial(language.say, chosen),
            "n": partial(language.number, chosen),
            "day": partial(language.day, chosen),
            "moment": partial(language.moment, chosen),
            "word": partial(language.word, chosen),
            "counted": partial(language.count, chosen),
            "sentence": partial(language.sentence, chosen),
            "passage": passage,
            "link": linkable,
            "other_language": request.url.include_query_params(lang=other).replace(scheme="", netloc=""),
            "keep": f"?lang={chosen}" if "lang" in request.query_params else "",
        }
        body = self.templates.get_template(template).render(**values)
        return HTMLResponse(body, status, headers={"Content-Language": chosen, "Vary": "Accept-Language"})


def spoken(request: Request) -> str:
    """Returns the language of the answer to a request."""
    return language.chosen(request.query_params.get("lang"), request.headers.get("accept-language"))


def linkable(url: object) -> str | None:
    """Returns an address that a page may link to: what a captured page names may be a script."""
    text = str(url or "").strip()
    return text if text.lower().startswith(("http://", "https://")) else None
