"""trafilatura's reading of a page: a second reader whose rules are not ours, asked where our own candidates
disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import html

from pipelines.html.blocks import Block

_LINE = 15  # letters: a shorter line may stand in any text, so it has to be one of the reader's own lines
_PART = (
    30  # letters of the parts that a long block is compared by: the two readers part inline marks differently
)


@dataclass(frozen=True, slots=True)
class Second:
    """The text that the second reader took: all its letters and digits in one, and its lines."""

    letters: str
    lines: frozenset[str]

    def has(self, text: str) -> bool:
        """Returns whether the second reader took a block with this text."""
        own = letters(text)
        if len(own) < _LINE:
            return own in self.lines
        parts = [own[i : i + _PART] for i in range(0, len(own), _PART)]
        parts = parts if len(parts[-1]) >= _LINE or len(parts) == 1 else parts[:-1]
        return 2 * sum(part in self.letters for part in parts) > len(parts)


def second_reading(root: html.HtmlElement, *, recall: bool = False) -> Second:
    """Returns what trafilatura takes of the page whose body is `root`; empty where it finds no text.

    `recall`: it is told to rather take too much.
    """
    # imported here: it takes over a second, and `huyen --help` shall not wait for it
    import trafilatura

    document: Any = trafilatura.bare_extraction(
        _document(root), fast=True, with_metadata=False, include_comments=False, favor_recall=recall
    )
    text = (document.text or "") if document is not None else ""
    lines = (line for row in text.split("\n") for line in (row, *row.split("|")))
    return Second(letters(text), frozenset(filter(None, map(letters, lines))))


def agreement(own: Sequence[Block], second: Second) -> float:
    """Returns the share of our text's letters that the second reader took, too; 1 where we took none.

    What it takes beyond is not counted: related news that it keeps say nothing about our text.
    """
    mine = sum(len(letters(b.text)) for b in own)
    shared = sum(len(letters(b.text)) for b in own if second.has(b.text))
    return shared / mine if mine else 1.0


def letters(text: str) -> str:
    """Returns the letters and digits of a text, the rest left out."""
    return "".join(filter(str.isalnum, text))


def _document(root: html.HtmlElement) -> html.HtmlElement:
    document = html.document_fromstring("<html><body></body></html>")
    body = deepcopy(root)
    body.tail = None
    if body.tag == "body":
        document.replace(document.find("body"), body)
    else:
        document.find("body").append(body)
    return document
