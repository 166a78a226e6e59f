"""JSON-LD as templates print it: whole, wrapped, with slips that are mended, and broken beyond that."""

from __future__ import annotations

import pytest
from lxml import html

from pipelines.html.jsonld import entries, parsed

ENTRY = (
    '{"@type": "NewsArticle", "headline": "Mở đường lên bản", "datePublished": "2022-08-17T06:45:00+07:00"}'
)


def tree_of(script: str, kind: str = "application/ld+json") -> html.HtmlElement:
    return html.document_fromstring(f'<p>Tin</p><script type="{kind}">{script}</script>')


@pytest.mark.parametrize(
    "script",
    [
        ENTRY,
        "\ufeff" + ENTRY + ";",
        "<!-- " + ENTRY + " -->",
        "//<![CDATA[\n" + ENTRY + "\n//]]>",
        "/*<![CDATA[*/" + ENTRY + "/*]]>*/",
        ENTRY[:-1] + ",}",
        "[" + ENTRY + ", ]",
        ENTRY.replace(",", ", // dòng này do mẫu in\n", 1),
        "/* tin bài */ " + ENTRY,
        '{"@type": "WebSite", "name": "Cổng"}\n' + ENTRY,
        '{"@type": "WebSite"}, ' + ENTRY,
        ENTRY[:-1] + r', "articleBody": "đạt 95\% kế hoạch, \xã Bình An"}',
        ENTRY[:-1] + ', "description": "hai\ndòng"}',
        '{"description": "Cuộc thi "Nhà nông tài năng" năm nay", ' + ENTRY[1:],
        ENTRY[:-1] + ', "url": "https://huyen.test/a//b,}"}',
    ],
)
def test_a_slip_costs_no_entry(script: str) -> None:
    dated = [node for node in entries(tree_of(script)) if "datePublished" in node]
    assert [(node["headline"], node["datePublished"]) for node in dated] == [
        ("Mở đường lên bản", "2022-08-17T06:45:00+07:00")
    ]


def test_marks_inside_texts_are_no_comments() -> None:
    (node,) = parsed('{"url": "https://huyen.test/tin//1", "text": "a /* b */, }", }')
    assert node == {"url": "https://huyen.test/tin//1", "text": "a /* b */, }"}


@pytest.mark.parametrize("kind", ["application/ld+json; charset=utf-8", "Application/LD+JSON"])
def test_any_spelling_of_the_type(kind: str) -> None:
    assert len(list(entries(tree_of(ENTRY, kind)))) == 1


def test_of_a_broken_script_a_key_with_two_values_tells_nothing() -> None:
    script = (
        '{"a": "x "y" z", "datePublished": "2022-08-17", "b": [{"datePublished": "2021-01-02"}], "name": "T"'
    )
    assert list(entries(tree_of(script))) == [{"name": "T"}]


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        "[[[" * 5_000,
        "null",
        "{'a': 1}",
        '"' * 9_999,
        "/*" * 50_000,
        '"\\' * 50_000,
        "{" + ";" * 9_999 + "x",
        "{ */" * 9_999,
    ],
)
def test_what_cannot_be_read_gives_nothing(script: str) -> None:
    assert list(entries(tree_of(script))) == []
