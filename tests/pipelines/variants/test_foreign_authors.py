# ruff: noqa: E501  # markup, whole as a page has it
"""Who wrote an article, as news systems of other countries mark it."""

from __future__ import annotations

import pytest

from tests.pipelines.variants.page import article, paragraphs, whole

TITLE = "Ferry returns to the upper lake after three years of silence"
TEXT = (
    "The ferry that once carried schoolchildren across the upper lake sailed again on Monday with forty passengers on board.",
    "Its hull was mended by volunteers over two winters, and the council paid for a new engine and for life jackets.",
    "The first timetable has six crossings a day, and the skipper hopes that tourists will fill the seats in summer.",
)
LD = "<script type='application/ld+json'>{}</script>"
ENTRY = f'"@type":"NewsArticle","headline":"{TITLE}"'


def author(head: str = "", line: str = "", behind: str = "") -> str | None:
    body = f"<main><article><h1>{TITLE}</h1>{line}<div class='body'>{paragraphs(*TEXT)}</div>{behind}</article></main>"
    page = whole(body, head=head + "<meta property='og:site_name' content='The Lake Courier'>", title=TITLE)
    return article(page, "https://www.lakecourier.example/news/ferry-returns").author


@pytest.mark.parametrize(
    ("head", "line", "names"),
    [
        (
            LD.format(
                f'{{{ENTRY},"author":[{{"@type":"Person","name":"Jane Pond","url":"https://x.example/jp"}}]}}'
            ),
            "",
            "Jane Pond",
        ),
        (
            LD.format(f'{{{ENTRY},"author":{{"@list":[{{"name":"Jane Pond"}},{{"name":"Tom Reed"}}]}}}}'),
            "",
            "Jane Pond; Tom Reed",
        ),
        (LD.format(f'{{{ENTRY},"creator":["Jane Pond","Tom Reed"]}}'), "", "Jane Pond; Tom Reed"),
        (
            LD.format(f'{{"@type":"WebPage","mainEntity":{{{ENTRY},"author":{{"name":"Jane Pond"}}}}}}'),
            "",
            "Jane Pond",
        ),
        (
            LD.format(
                f'{{"@graph":[{{"@type":"Person","@id":"#jp","name":"Jane Pond"}},{{{ENTRY},"author":[{{"@id":"#jp"}}]}}]}}'
            ),
            "",
            "Jane Pond",
        ),
        (LD.format(f'{{{ENTRY},"author":{{"@type":"Person","name":"By Jane Pond"}}}}'), "", "Jane Pond"),
        (LD.format(f'{{{ENTRY},"author":"Jane Pond and Tom Reed"}}'), "", "Jane Pond; Tom Reed"),
        (
            LD.format(f'{{{ENTRY},"author":{{"name":"The Lake Courier"}}}}'),
            "<p class='byline'>By Jane Pond</p>",
            "Jane Pond",
        ),
        (
            "<meta name='parsely-author' content='Jane Pond'><meta name='parsely-author' content='Tom Reed'>",
            "",
            "Jane Pond; Tom Reed",
        ),
        ("<meta name='author' content='Jane Pond;Tom Reed'>", "", "Jane Pond; Tom Reed"),
        ("<meta name='byl' content='By Jane Pond'>", "", "Jane Pond"),
        ("<meta name='sailthru.author' content='Jane Pond'>", "", "Jane Pond"),
        ("<meta property='article:author' content='Jane Pond'>", "", "Jane Pond"),
        (
            "<meta name='author' content='https://lakecourier.example/by/jane'><meta name='dc.creator' content='Jane Pond'>",
            "",
            "Jane Pond",
        ),
        (
            "",
            "<div class='byline'>By <a href='/by/jp'>Jane Pond</a> and <a href='/by/tr'>Tom Reed</a></div>",
            "Jane Pond; Tom Reed",
        ),
        ("", "<a class='author-name' href='/people/jp'>Jane Pond</a>", "Jane Pond"),
        ("", "<span data-testid='byline-name'>Jane Pond</span>", "Jane Pond"),
        ("", "<div class='article__byline'>Jane Pond, Tom Reed</div>", "Jane Pond; Tom Reed"),
        ("", "<a rel='author' href='/author/jp/'>Jane Pond</a>", "Jane Pond"),
        ("", "<span itemprop='author'>Jane Pond</span>", "Jane Pond"),
        ("", "<p class='c-byline__item'>Von Jane Pond</p>", "Jane Pond"),
        ("", "<address class='author'>Jane Pond<br>Senior reporter</address>", "Jane Pond"),
        ("", "<p class='author'>JANE POND</p>", "JANE POND"),
        # nobody
        ("<meta name='author' content='The Lake Courier'>", "", None),
        ("<meta name='author' content='lakecourier.example'>", "", None),
        ("", "<div class='author-social'><a href='https://x.example/share'>Share</a></div>", None),
        ("<meta name='twitter:creator' content='@lakecourier'>", "", None),
    ],
)
def test_names(head: str, line: str, names: str | None) -> None:
    assert author(head, line) == names


@pytest.mark.parametrize(
    "behind",
    [
        "<div class='comments'><div class='comment'><span class='comment-author'>Old Sailor</span><p>Lovely news for us all.</p></div></div>",
        "<aside class='related'><a href='/other'>Another boat</a><span class='author'>Sam Other</span></aside>",
        "<div class='most-read'><span class='byline'>By Sam Other</span></div>",
    ],
)
def test_people_elsewhere_on_the_page(behind: str) -> None:
    assert author(behind=behind) is None
    assert author(line="<p class='byline'>By Jane Pond</p>", behind=behind) == "Jane Pond"


def test_a_page_that_is_open_to_comments_keeps_the_name_behind_its_text() -> None:
    body = f"<div class='post comments-open'><h1>{TITLE}</h1><div class='body'>{paragraphs(*TEXT)}</div><p>Jane Pond</p></div>"
    assert article(whole(body, title=TITLE)).author == "Jane Pond"
