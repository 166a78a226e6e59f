"""Elements found by patterns in their attributes."""

from __future__ import annotations

import re

import pytest

from pipelines.html.parse import parse_text
from pipelines.html.select import holding

PAGE = parse_text(
    "<body><div class='tin moi' id='a'><p class='tin'>1</p><p id='moi'>2</p></div>"
    "<span class='TIN'>3</span></body>"
)


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"class": "tin"}, ["div", "p"]),
        ({"class": "moi"}, ["div"]),
        ({"class": "tin", "id": "moi"}, ["div", "p", "p"]),  # in the order of the page, each once
        ({"id": r"\Aa\Z"}, ["div"]),
        ({"class": r"(?i)tin\Z"}, ["p", "span"]),
        ({"class": "khong", "title": "."}, []),
    ],
)
def test_holding(parts: dict[str, str], found: list[str]) -> None:
    patterns = {name: re.compile(pattern) for name, pattern in parts.items()}
    assert [element.tag for element in holding(PAGE, patterns)] == found


def test_holding_looks_below_the_element_only() -> None:
    box = next(PAGE.iter("div"))
    assert [element.tag for element in holding(box, {"class": re.compile("tin")})] == ["p"]
