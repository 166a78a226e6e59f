"""Headings and links that are closed by another name, or never."""

from __future__ import annotations

import pytest

from pipelines.html.parse import parse_text
from pipelines.html.unclosed import close


@pytest.mark.parametrize(
    ("markup", "closed"),
    [
        ("<h1>Lễ hội</h2><p>a", "<h1>Lễ hội</h1><p>a"),
        ("<H2 class=x>Lễ hội</H4><p>a", "<H2 class=x>Lễ hội</H2><p>a"),
        ("<h1>Lễ hội<div>a</div>", "<h1>Lễ hội</h1><div>a</div>"),
        ("<h1>Lễ <b>hội</b><p>a<h2>Phần</h2>", "<h1>Lễ <b>hội</b></h1><p>a<h2>Phần</h2>"),
        ("<a href=/in><p>a</p><a href=/b>b</a>", "<a href=/in></a><p>a</p><a href=/b>b</a>"),
        ("<a href=/in>In<div>a</div>", "<a href=/in>In</a><div>a</div>"),
        ("<a href=/x>In</h1>", "<a href=/x>In</h1>"),
    ],
)
def test_what_is_not_closed_is_closed_where_a_line_ends(markup: str, closed: str) -> None:
    assert close(markup.encode()).decode() == closed


@pytest.mark.parametrize(
    "markup",
    [
        "<h1>Lễ hội</h1><h2>Phần <i>lễ</i></h2><p><a href=/a><div>hộp</div></a></p>",
        "<h1><h2>Lễ hội</h2></h1>",
        "<hr><header>a</header><abbr>b</abbr>",
        "</h2></a>chữ",
    ],
)
def test_what_is_closed_stays(markup: str) -> None:
    assert close(markup.encode()) == markup.encode()


def test_the_text_behind_is_no_part_of_the_heading() -> None:
    tree = parse_text("<body><h1>Ngày hội bánh dân gian</h3><div><p>Sáng nay trời đẹp.</p></div></body>")
    assert "".join(tree.find(".//h1").itertext()) == "Ngày hội bánh dân gian"
