"""Which article a command means: by its id, the beginning of it, or its URL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crawler.errors import Refused
from storage.language.messages import message

if TYPE_CHECKING:
    from storage.serve.timeline import Named

CANDIDATES = 10  # that are named where several match
_HEX = re.compile(r"[0-9a-fA-F]{1,16}")
_SHORTEST = 8  # digits of an id; 7 are shared by some two in 100,000 articles, 8 by hardly any


def key_of(article: str) -> str:
    """Returns the digits with which the id of `article` begins: of an id, or of the URL that it is."""
    from crawler.discover.urls import canonical
    from storage.records import article_id

    name = article.strip()
    if _HEX.fullmatch(name):
        if len(name) < _SHORTEST:
            raise Refused(
                message(
                    '"{name}" is too short; give at least {shortest} digits of the id',
                    name=name,
                    shortest=_SHORTEST,
                )
            )
        return name.lower()
    if "." not in name and "/" not in name:
        raise Refused(message('"{name}" is neither an id (16 hex digits) nor a URL', name=name))
    try:
        return article_id(canonical(name if "://" in name else f"https://{name}"))
    except ValueError as error:
        raise Refused(str(error)) from None


def only(article: str, found: Sequence[Named]) -> Named:
    """Returns the one article that was found; Refused, with the candidates, where there is another number of
    them.
    """
    if not found:
        raise Refused(
            message(
                "the archive has no article {article}; `huyen search --json` gives ids and URLs",
                article=article,
            )
        )
    if len(found) > 1:
        lines = [f"  {one.id}  {one.url}" for one in found[:CANDIDATES]]
        lines += ["  …"] if len(found) > CANDIDATES else []
        raise Refused(
            message(
                "{article} matches several articles; give more digits:{lines}",
                article=article,
                lines="".join(f"\n{line}" for line in lines),
            )
        )
    return found[0]
