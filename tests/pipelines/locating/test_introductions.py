"""When nothing on a page disagrees with the chosen body but an introduction above it."""

from __future__ import annotations

import pytest
from lxml import html

from pipelines.html.parse import parse_text
from pipelines.locating.locate import _only_introduced
from pipelines.locating.votes import Piece

LETTERS = {"i": 80, "long": 500, "b": 300, "h": 90, "behind": 80, "far": 80}


def judged(markup: str, home: str | None = None) -> bool:
    """What is said of the body `#body`, whose own text has 300 letters; pieces are at named elements."""
    tree = parse_text(f"<body>{markup}</body>")
    named = {element.get("id"): element for element in tree.iter("*") if element.get("id")}
    own = [Piece(named[name], LETTERS[name], False) for name in LETTERS if name in named]
    scope: html.HtmlElement | None = named[home] if home else None
    return _only_introduced(named["body"], own, LETTERS["b"], scope)


BODY = "<div id='body'><p id='b'></p></div>"


@pytest.mark.parametrize(
    ("markup", "only"),
    [
        (BODY, True),
        (f"<p id='i'></p>{BODY}", True),  # an introduction
        (f"<div><p id='i'></p></div><div>{BODY}</div>", True),
        (f"<p id='long'></p>{BODY}", False),  # longer than the text
        (f"{BODY}<p id='behind'></p>", False),
        (f"<p id='i'></p>{BODY}<p id='behind'></p>", False),
        (f"<h2 id='h'></h2><p id='i'></p>{BODY}", True),  # a heading is none
        (f"<h2><span id='h'></span></h2>{BODY}", True),
    ],
)
def test_only_an_introduction_stands_beside_the_text(markup: str, only: bool) -> None:
    assert judged(markup) is only


def test_what_stands_outside_of_the_articles_branch_says_nothing() -> None:
    markup = f"<div id='home'><p id='i'></p>{BODY}</div><p id='far'></p>"
    assert judged(markup, "home") is True
    assert judged(markup) is False
