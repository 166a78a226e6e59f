"""`huyen cite`: a citation of an article or of a release."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawler.errors import Refused
from crawler.terminal.console import asked, opened, say
from crawler.terminal.naming import CANDIDATES, key_of, only
from storage.language.messages import language, message

if TYPE_CHECKING:
    from storage.serve.cite import Source

PACKAGE = "datapackage.json"
_VERSION = re.compile(r"\d{4}\.\d{2}\.\d{2}(?:\.\d+)?")
_ARTICLE = re.compile(r"(?:huyen:)?([0-9a-fA-F]{8,16})(?:/([1-9][0-9]{0,8}))?")


def cite(
    source: Annotated[
        str,
        typer.Argument(
            metavar="ID|FOLDER",
            help="Id of an article, also with a version (ID/2), its URL, or folder or version of a release.",
        ),
    ],
    form: Annotated[
        str, typer.Option("--format", metavar="apa|bibtex|csl", help="APA, BibTeX or CSL-JSON.")
    ] = "apa",
) -> int:
    """Print a citation of an article or of a release, in the language of the process.

    The date is as precise as the portal printed it. Without a version, the latest one is cited.
    """
    from storage.serve.cite import FORMATS, cited

    if form not in FORMATS:
        raise Refused(message("no format {form!r}; there are {known}", form=form, known=", ".join(FORMATS)))
    found = _release(_folder(source)) or _article(source)
    say(cited(found, form, language()))
    return 0


def _folder(name: str) -> Path:
    """Returns the folder of a release that is named by its version, among those that `huyen release` writes;
    other names as they are.
    """
    from crawler.config import load

    if not _VERSION.fullmatch(name):
        return Path(name)
    near = Path(f"huyen-{name}")
    return near if near.is_dir() else load().releases / near


def _release(path: Path) -> Source | None:
    """Returns the release in the folder `path`, or of a datapackage.json; None where it is no path."""
    from storage.serve.cite import of_release

    if path.is_dir():
        path = path / PACKAGE
        if not path.is_file():
            raise Refused(message("{folder} is no release: it has no datapackage.json", folder=path.parent))
    elif path.name != PACKAGE or not path.is_file():
        return None
    try:
        return of_release(json.loads(path.read_text(encoding="utf-8")), language())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Refused(message("{file} cannot be read as the description of a release", file=path)) from None


def _article(name: str) -> Source:
    """Returns the version of an article that `name` means. Raises Refused for none or several."""
    from crawler.config import load
    from storage.serve.browse import article
    from storage.serve.cite import of_article
    from storage.serve.timeline import named

    match = _ARTICLE.fullmatch(name.strip())
    number = int(match[2]) if match and match[2] else None
    key = key_of(match[1] if match else name)
    with closing(opened(load())) as database, asked(), database.reading() as connection:
        found = only(name, named(connection, key, CANDIDATES + 1))
        row = article(connection, found.id, number)
    if row is None:
        raise Refused(message("article {id} has no version {number}", id=found.id, number=number))
    return of_article(row, language())
