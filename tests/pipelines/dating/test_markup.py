"""Dates in meta elements and attributes: which names date the page, and which moment is the article's."""

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import html

from pipelines.dates import date_article
from pipelines.dating.markup import as_printed, metas, moments, rank_of
from pipelines.items import Article, RawPage

URL = "https://huyen.test/tin/mo-duong-len-ban-17.html"
TITLE = "Mở đường lên bản vùng cao"
FETCHED = datetime.fromisoformat("2024-06-20T09:00:00+07:00")


def page(head: str = "", body: str = "", below: str = "") -> html.HtmlElement:
    return html.document_fromstring(
        f"<html><head><title>{TITLE}</title>{head}</head><body><main><div class='bai'><h1>{TITLE}</h1>{body}"
        f"<div class='noi-dung'><p>Con đường đất được đổ bê tông, xe máy vào tận sân trường.</p></div></div>"
        f"{below}</main></body></html>"
    )


def published(tree: html.HtmlElement, url: str = URL, **fields: object) -> str | None:
    article = Article(RawPage(url, b"", FETCHED), TITLE, tree=tree, body=["Con đường đất được đổ bê tông."])
    for name, value in fields.items():
        setattr(article, name, value)
    return date_article(article).value


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("article:published_time", 0), ("og:article:published_time", 0), ("parsely-pub-date", 0),
        ("cXenseParse:recs:publishtime", 0), ("DC.date.issued", 1), ("dcterms.available", 1),
        ("DCTERMS.created", 2), ("dc.date", 3), ("sailthru.date", 3), ("citation_date", 3), ("Date", 3),
        ("article:modified_time", 4), ("og:updated_time", 4), ("last-modified", 4), ("dateModified", 4),
        ("article:publisher", None), ("expires", None), ("event_start_date", None), ("description", None),
        ("viewport", None), ("validate", None), ("candidate", None), ("timezone", None), ("", None),
    ],
)  # fmt: skip
def test_names_are_judged_by_their_words(name: str, rank: int | None) -> None:
    assert rank_of(name) == rank


def test_the_best_name_comes_first_whatever_the_order() -> None:
    tree = page(
        '<meta name="date" content="2023-05-09"><meta property="article:modified_time" content="2023-05-08">'
        '<meta property="article:published_time" content="2023-05-07"><meta name="pubdate" content="soon">'
    )
    assert [moment.text for moment in metas(tree)] == ["2023-05-07", "2023-05-09", "2023-05-08"]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("1683421200", "2023-05-07T08:00:00+07:00"),
        ("1683421200000", "2023-05-07T08:00:00+07:00"),
        ("20230507", "2023-05-07"),
        ("12345", "12345"),
        ("7/5/2023", "7/5/2023"),
    ],
)
def test_counted_seconds_and_bare_digits(printed: str, value: str) -> None:
    assert as_printed(printed) == value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('<time datetime="2023-05-07T08:00:00+07:00">tháng trước</time>', "2023-05-07T08:00:00+07:00"),
        ('<time datetime="2023-05-07"></time>', "2023-05-07"),
        ("<time>07/05/2023</time>", "2023-05-07"),
        ('<i class="gio" datetime="2023-05-07T01:00:00Z">07/05/2023</i>', "2023-05-07T08:00:00+07:00"),
        ('<abbr class="published" title="2023-05-07T08:00:00+0700">7.5</abbr>', "2023-05-07T08:00:00+07:00"),
        ('<span class="ngay-dang" title="08:00 07/05/2023">1 năm trước</span>', "2023-05-07T08:00:00+07:00"),
        ('<span itemprop="datePublished">2023-05-07T08:00:00+07:00</span>', "2023-05-07T08:00:00+07:00"),
        ('<span property="dc:created" content="2023-05-07">Hà gửi</span>', "2023-05-07"),
        ('<span property="dc:date dc:created" content="2023-05-07">Hà gửi</span>', "2023-05-07"),
        ('<span class="date" data-timestamp="1683421200"></span>', "2023-05-07T08:00:00+07:00"),
        ('<a href="/tin/mo-duong-len-ban-17.html" rel="bookmark"><time datetime="2023-05-07"></time></a>',
         "2023-05-07"),
        (('<time class="updated" datetime="2023-06-01"></time>'
         '<time class="entry-date published" datetime="2023-05-07"></time>'), "2023-05-07"),
        ('<time itemprop="dateModified" datetime="2023-06-01"></time><time datetime="2023-05-07"></time>',
         "2023-05-07"),
        ('<time class="updated" datetime="2023-06-01"></time>', "2023-06-01"),
        ('<time datetime="0001-01-01T00:00:00"></time>', None),
        ('<img title="Ảnh chụp 2023-05-07">', None),
        ('<span class="gia" title="Giá 12-05-2023">Xem</span>', None),
        ('<a href="/tin/mua-vang-mien-tay-19.html">Mùa vàng trên đồng<time datetime="2023-05-07"></time></a>',
         None),
    ],
)  # fmt: skip
def test_moments_in_attributes(body: str, value: str | None) -> None:
    assert published(page(body=body)) == value


@pytest.mark.parametrize(
    "below",
    [
        '<aside><time datetime="2024-01-02"></time></aside>',
        '<div class="binh-luan"><p>Hay quá</p><time datetime="2024-01-02"></time></div>',
        (
            '<ul class="tin"><li><a href="/tin/khac-3.html">Được mùa vải thiều sớm</a>'
            '<time datetime="2024-01-02"></time></li></ul>'
        ),
        '<div id="related"><span itemprop="datePublished">2024-01-02</span></div>',
        '</main><footer><time datetime="2024-01-02"></time></footer>',
    ],
)
def test_the_dates_of_others_are_not_the_articles(below: str) -> None:
    assert published(page(below=below)) is None
    assert published(page(body='<time datetime="2023-05-07"></time>', below=below)) == "2023-05-07"


@pytest.mark.parametrize(
    "body",
    [
        '<aside class="meta"><time pubdate datetime="2023-05-07"></time></aside>',
        '<div class="footer"><time itemprop="datePublished" datetime="2023-05-07"></time></div>',
        '<footer class="entry-meta"><time class="entry-date" datetime="2023-05-07"></time></footer>',
        (
            '<div><div><p><time datetime="2023-05-07"></time></p></div>'
            '<a href="/tin/khac-3.html">Được mùa vải thiều sớm</a></div>'
        ),
    ],
)
def test_where_templates_hide_the_articles_own_date(body: str) -> None:
    assert published(page(body=body)) == "2023-05-07"


def test_without_a_headline_the_marked_moments_must_agree() -> None:
    one = '<time pubdate datetime="2023-05-07"></time>'
    other = '<time pubdate datetime="2023-05-08"></time>'
    for times, count in ((one + one, 1), (one + other, 0)):
        assert len(moments(html.document_fromstring(f"<p>Tin</p>{times}"), "", URL)) == count


def test_an_update_dates_a_page_that_nothing_else_dates() -> None:
    head = '<meta property="article:modified_time" content="2023-06-01T10:00:00+07:00">'
    assert published(page(head)) == "2023-06-01T10:00:00+07:00"
    assert published(page(head), date_lines=["07/05/2023"]) == "2023-05-07"
    assert published(page(head), url="https://huyen.test/2023/05/07/tin.html") == "2023-05-07"


def test_a_date_that_cannot_be_read_gives_way_to_the_next() -> None:
    head = (
        '<meta property="article:published_time" content="00:00 30/02/2023">'
        '<meta name="dc.date" content="2023-05-07">'
    )
    assert published(page(head)) == "2023-05-07"


AMERICAN = "4/7/2023 3:05:22 PM"


@pytest.mark.parametrize(
    ("below", "value"),
    [
        ("", "2023-07-04T15:05:22+07:00"),
        ("<p>5/28/2023 9:10:00 AM</p>", "2023-04-07T15:05:22+07:00"),
        ("<p>5/28/2023 9:10:00 AM</p><p>28/5/2023 9:10:00 AM</p>", "2023-07-04T15:05:22+07:00"),
    ],
)
def test_a_portal_that_writes_the_month_first(below: str, value: str) -> None:
    assert published(page(below=below), date_lines=[AMERICAN]) == value


def test_structured_data_tells_the_order_of_an_american_line() -> None:
    head = '<meta property="article:published_time" content="2023-04-07">'
    assert published(page(head), date_lines=[AMERICAN]) == "2023-04-07T15:05:22+07:00"


@pytest.mark.parametrize(
    ("url", "title", "value"),
    [
        (URL, TITLE, "2023-05-08T09:30:00+07:00"),
        (
            "https://news.example/a",
            "The road to the mountain village is open at last",
            "2023-05-07T22:30:00-04:00",
        ),
        (
            "https://bao.example.vn/a",
            "The road to the mountain village is open at last",
            "2023-05-08T09:30:00+07:00",
        ),
        ("https://news.example/a", "Tin", "2023-05-08T09:30:00+07:00"),
    ],
)
def test_a_foreign_page_keeps_its_own_day(url: str, title: str, value: str) -> None:
    tree = page('<meta property="article:published_time" content="2023-05-07T22:30:00-04:00">')
    assert published(tree, url, title=title, body=[]) == value
