# ruff: noqa: E501  # markup, whole as a page has it
"""Dates that pages print in their markup, in the spellings of the field, on pages that print none in sight."""

from __future__ import annotations

import pytest

from tests.pipelines.variants.page import MENU, TEXT, TITLE, URL, article, paragraphs, whole

MOMENT = "2024-03-13T08:15:00+07:00"
DAY = "2024-03-13"


def published(
    *, head: str = "", above: str = "", below: str = "", behind: str = "", url: str = URL
) -> str | None:
    body = f"{MENU}<div class='bai'>{above}<h1>{TITLE}</h1>{below}<div class='nd'>{paragraphs(*TEXT)}</div>{behind}</div>"
    return article(whole(body, head=head), url).published.value


META = [
    "property='article:published_time'", "name='article:published_time'", "property='article:published'",
    "property='og:article:published_time'", "name='pubdate'", "name='publishdate'", "name='publish-date'",
    "name='publish_date'", "name='PublishDate'", "name='publication_date'", "name='published_at'",
    "name='date'", "name='Date'", "name='dc.date'", "name='DC.date'", "name='dc:date'", "name='DC.date.issued'",
    "name='dc.date.issued'", "name='dcterms.date'", "name='dcterms.issued'", "name='DCTERMS.created'",
    "name='dc.date.created'", "name='dcterms.available'", "name='parsely-pub-date'", "name='sailthru.date'",
    "name='cXenseParse:recs:publishtime'", "name='cXenseParse:publishtime'", "name='citation_publication_date'",
    "name='citation_date'", "name='citation_online_date'", "name='bt:pubDate'", "name='article.published'",
    "name='article_date_original'", "name='originalpublicationdate'", "name='displaydate'", "name='rnews:datePublished'",
    "property='rnews:datePublished'", "property='datePublished'", "name='datePublished'", "name='date_published'",
    "property='dateCreated'", "name='dateCreated'", "itemprop='datePublished'", "itemprop='dateCreated'",
    "name='last-publish-date'", "name='pub_date'", "name='timestamp'", "name='created'", "name='creation_date'",
    "http-equiv='date'", "name='vr:published_time'", "property='og:pubdate'", "property='og:published_time'",
    "property='og:release_date'", "name='dc.terms.created'", "name='eomportal-lastUpdate' data-x='1' itemprop='datePublished'",
    "name='ptime'", "name='pdate'", "name='uploadDate'", "itemprop='uploadDate'", "name='release_date'", "property='book:release_date'",
    "name='shareaholic:article_published_time'", "name='weibo:article:create_at'", "name='article-publish-date'",
    "name='pagedate'", "name='doc_date'", "name='posted_on'", "name='news_published'", "property='video:release_date'",
]  # fmt: skip


@pytest.mark.parametrize("name", META)
def test_a_meta_element(name: str) -> None:
    assert published(head=f"<meta {name} content='{MOMENT}'>") == MOMENT


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("2024-03-13T08:15:00+07:00", MOMENT),
        ("2024-03-13T01:15:00Z", MOMENT),
        ("2024-03-13T01:15:00.000Z", MOMENT),
        ("2024-03-13T08:15:00.1234567+07:00", MOMENT),
        ("2024-03-13T08:15:00+0700", MOMENT),
        ("2024-03-13T08:15", MOMENT),
        ("2024-03-13 08:15:00", MOMENT),
        ("2024-03-13 08:15:00 +0700", MOMENT),
        ("2024-03-13T08:15:00 +07:00", MOMENT),
        ("2024/03/13 08:15:00", MOMENT),
        ("Wed, 13 Mar 2024 08:15:00 +0700", MOMENT),
        ("Wed, 13 Mar 2024 01:15:00 GMT", MOMENT),
        ("Wed Mar 13 08:15:00 ICT 2024", MOMENT),
        ("Wed Mar 13 2024 08:15:00 GMT+0700 (Indochina Time)", MOMENT),
        ("13/03/2024 08:15", MOMENT),
        ("13-03-2024 08:15:00", MOMENT),
        ("08:15 13/03/2024", MOMENT),
        ("3/13/2024 8:15:00 AM", MOMENT),
        ("Thứ tư, 13/03/2024, 08:15 (GMT+7)", MOMENT),
        ("1710292500", MOMENT),
        ("1710292500000", MOMENT),
        ("20240313T081500", MOMENT),
        ("20240313T011500Z", MOMENT),
        ("20240313081500", MOMENT),
        ("20240313", DAY),
        ("2024-03-13", DAY),
        ("2024-3-13", DAY),
        ("13/03/2024", DAY),
        ("13 Tháng Ba, 2024", DAY),
        ("March 13, 2024", DAY),
        ("13 March 2024", DAY),
        ("2024.03.13", DAY),
        (" 2024-03-13T08:15:00+07:00 ", MOMENT),
        ("0001-01-01T00:00:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("{{ published_at }}", None),
        ("", None),
    ],
)
def test_how_a_moment_is_written(printed: str, value: str | None) -> None:
    assert published(head=f"<meta property='article:published_time' content='{printed}'>") == value
    assert published(below=f"<time datetime='{printed}'></time>") == value


LD = "<script type='application/ld+json'>{}</script>"
ENTRY = f'"@type":"NewsArticle","headline":"{TITLE}"'


@pytest.mark.parametrize(
    "data",
    [
        f'{{{ENTRY},"datePublished":"{MOMENT}"}}',
        f'{{"@context":"https://schema.org",{ENTRY},"datePublished":"{MOMENT}","dateModified":"2024-05-01T10:00:00+07:00"}}',
        f'{{{ENTRY},"dateModified":"2024-05-01T10:00:00+07:00","datePublished":"{MOMENT}"}}',
        f'{{{ENTRY},"dateCreated":"{MOMENT}"}}',
        f'[{{"@type":"WebSite","name":"Đông Phú"}},{{{ENTRY},"datePublished":"{MOMENT}"}}]',
        f'{{"@graph":[{{"@type":"WebPage","datePublished":"{MOMENT}","url":"{URL}"}},{{"@type":"BreadcrumbList"}}]}}',
        f'{{"@graph":[{{"@type":["Article","NewsArticle"],"headline":"{TITLE}","datePublished":"{MOMENT}"}},{{"@type":"ImageObject","uploadDate":"2020-01-01"}}]}}',
        f'{{"@graph":[{{"@type":"WebPage","datePublished":"{MOMENT}"}},{{"@type":"Article","datePublished":"{MOMENT}"}}]}}',
        f'{{"@type":"WebPage","mainEntity":{{{ENTRY},"datePublished":"{MOMENT}"}}}}',
        f'{{"@type":"VideoObject","name":"{TITLE}","uploadDate":"{MOMENT}"}}',
        f'{{"@type":"BlogPosting","mainEntityOfPage":"{URL}","datePublished":"{MOMENT}"}}',
        f'{{"@type":"BlogPosting","mainEntityOfPage":{{"@id":"{URL}"}},"datePublished":"{MOMENT}"}}',
        f'{{"@type":"http://schema.org/NewsArticle","headline":"{TITLE}","datePublished":"{MOMENT}"}}',
        f'{{{ENTRY},"datePublished":"{MOMENT}",}}',
        f'/* <![CDATA[ */{{{ENTRY},"datePublished":"{MOMENT}"}}/* ]]> */',
        f'<!--{{{ENTRY},"datePublished":"{MOMENT}"}}-->',
        f'\ufeff{{{ENTRY},"datePublished":"{MOMENT}"}};',
        f'{{{ENTRY},"description":"lớp "bình dân" ở xã","datePublished":"{MOMENT}"}}',
        f'{{{ENTRY},"description":"dòng\nmới","datePublished":"{MOMENT}"}}',
        f'{{{ENTRY},"datePublished":"{MOMENT}"}}{{"@type":"Organization"}}',
        f'{{{ENTRY},"datePublished":["{MOMENT}"]}}',
        f'{{{ENTRY},"datePublished":{{"@value":"{MOMENT}"}}}}',
        f'{{{ENTRY},"datePublished":"{MOMENT}","comment":[{{"@type":"Comment","datePublished":"2024-04-02T10:00:00+07:00"}}]}}',
        f'[{{{ENTRY},"datePublished":"{MOMENT}"}},{{"@type":"NewsArticle","headline":"Tin khác của xã trong tuần","datePublished":"2024-05-05"}}]',
        f'{{{ENTRY},"datePublished":1710292500}}',
        f'{{"@type":"ClaimReview","datePublished":"{MOMENT}"}}',
        f'{{"@type":"LiveBlogPosting","headline":"{TITLE}","datePublished":"{MOMENT}","coverageStartTime":"2024-03-01T00:00:00+07:00"}}',
    ],
)
def test_structured_data(data: str) -> None:
    assert published(head=LD.format(data)) == MOMENT


@pytest.mark.parametrize(
    "markup",
    [
        f"<time datetime='{MOMENT}'>3 tháng trước</time>",
        f"<time pubdate datetime='{MOMENT}'>hôm ấy</time>",
        f"<time itemprop='datePublished' datetime='{MOMENT}'></time>",
        f"<time class='entry-date published' datetime='{MOMENT}'>13/03</time><time class='updated' datetime='2024-05-01T08:00:00+07:00'>1/5</time>",
        f"<time class='updated' datetime='2024-05-01T08:00:00+07:00'>1/5</time><time class='published' datetime='{MOMENT}'>13/3</time>",
        f"<time content='{MOMENT}'>x</time>",
        f"<span itemprop='datePublished' content='{MOMENT}'></span>",
        "<span itemprop='datePublished'>13/03/2024 08:15</span>",
        f"<meta itemprop='datePublished' content='{MOMENT}'>",
        f"<span property='dc:date dc:created' content='{MOMENT}' datatype='xsd:dateTime'>gửi hôm ấy</span>",
        f"<span property='schema:datePublished' content='{MOMENT}'></span>",
        f"<abbr class='published' title='{MOMENT}'>3 tháng trước</abbr>",
        f"<abbr class='timeago' title='{MOMENT}'></abbr>",
        "<span class='date' title='13/03/2024 08:15'>3 tháng trước</span>",
        f"<relative-time datetime='{MOMENT}'></relative-time>",
        f"<span class='time-ago' data-date='{MOMENT}'></span>",
        f"<span class='moment' data-time='{MOMENT}'></span>",
        "<span class='ago' data-timestamp='1710292500'></span>",
        "<span class='ago' data-timestamp='1710292500000'></span>",
        "<abbr data-utime='1710292500' class='timestamp'></abbr>",
        f"<div class='meta' data-published='{MOMENT}'></div>",
        f"<div class='meta' data-datetime='{MOMENT}'></div>",
        f"<div class='meta' data-publish-date='{MOMENT}'></div>",
        f"<div class='meta' data-published-at='{MOMENT}'></div>",
        f"<div class='meta' data-pubdate='{MOMENT}'></div>",
        "<span class='date' data-unix='1710292500'></span>",
        f"<input type='hidden' id='hdPublishDate' value='{MOMENT}'>",
        f"<input type='hidden' name='distributionDate' value='{MOMENT}'>",
        "<div class='entry-date'>13/03/2024 08:15</div>",
        "<div class='date'>08:15 13/03/2024</div>",
        "<div class='ngay-dang'>Thứ tư, 13/03/2024, 08:15 (GMT+7)</div>",
        "<p class='post-meta'>13/03/2024 08:15</p>",
        "<span class='dateline'>13-03-2024 | 08:15</span>",
        "<ul class='meta'><li class='date'>13/03/2024 - 08:15</li></ul>",
        "<small>Ngày đăng: 13/03/2024 08:15</small>",
        "<div>Đăng lúc: 08:15 - 13/03/2024</div>",
        "<div>13 Tháng Ba 2024 08:15</div>",
        "<div>Thứ Tư, ngày 13 tháng 03 năm 2024 - 08:15</div>",
        "<em>(13/03/2024 08:15:00)</em>",
        "<div><i class='fa fa-clock'></i> 13/03/2024 08:15 <i class='fa fa-eye'></i> 212</div>",
        "<div>Cập nhật: 01/05/2024 09:00 | Đăng: 13/03/2024 08:15</div>",
        "<div>13/03/2024 08:15 (Cập nhật: 01/05/2024 09:00)</div>",
    ],
)
def test_an_element_beside_the_headline(markup: str) -> None:
    assert published(below=markup) == MOMENT
    assert published(above=markup) == MOMENT


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("/2024/03/13/lop-xoa-mu.html", DAY),
        ("/tin/2024/3/13/lop-xoa-mu", DAY),
        ("/2024-03-13/lop-xoa-mu", DAY),
        ("/lop-xoa-mu-20240313081500.htm", MOMENT),
        ("/lop-xoa-mu-185240313081500123.htm", MOMENT),
        ("/2024/03/lop-xoa-mu.html", "2024-03"),
        ("/tin/lop-xoa-mu-13-3-2024.html", None),
        ("/tin/20240313.html", None),
        ("/2026/12/31/lop.html", None),
    ],
)
def test_an_address(url: str, value: str | None) -> None:
    assert published(url=f"https://dongphu.example.vn{url}") == value


OTHER = "2024-05-20T10:00:00+07:00"


@pytest.mark.parametrize(
    "behind",
    [
        f"<div class='related'><article><a href='/tin/2'>Tin khác trong tuần</a><time datetime='{OTHER}'>20/5</time></article></div>",
        f"<div id='comments'><div class='comment'><time datetime='{OTHER}'></time><p>Hay</p></div></div>",
        f"<ul class='moi'><li><a href='/tin/3'>Tin mới</a> <span class='date' title='{OTHER}'></span></li></ul>",
        f"<aside><time datetime='{OTHER}'>20/5</time></aside>",
        f"<footer><time datetime='{OTHER}'></time></footer>",
    ],
)
def test_a_date_of_something_else_is_not_the_articles(behind: str) -> None:
    assert published(behind=behind) != OTHER
    assert published(below=f"<time datetime='{MOMENT}'></time>", behind=behind) == MOMENT


@pytest.mark.parametrize(
    "head",
    [
        "<meta name='expires' content='2024-06-30'>", "<meta property='event:start_time' content='2024-05-30'>",
        "<meta name='copyright' content='2024-01-01'>", "<meta name='birthdate' content='2000-01-01'>",
        "<meta name='generator' content='2024.03.13'>", "<meta name='viewport' content='width=20240313'>",
        "<meta property='og:image' content='/2024/03/13/a.jpg'>", "<meta name='build-version' content='2024-03-13'>",
        LD.format('{"@type":"Event","name":"Hội thi","startDate":"2024-05-30"}'),
        LD.format('{"@type":"Organization","foundingDate":"1998-03-13"}'),
        LD.format('{"@type":"Person","birthDate":"1970-03-13"}'),
    ],
)  # fmt: skip
def test_what_dates_something_else(head: str) -> None:
    assert published(head=head) is None


@pytest.mark.parametrize(
    ("head", "below", "value"),
    [
        (
            f"<meta property='article:modified_time' content='{OTHER}'><meta property='article:published_time' content='{MOMENT}'>",
            "",
            MOMENT,
        ),
        (f"<meta property='og:updated_time' content='{OTHER}'>", "<div>13/03/2024 08:15</div>", MOMENT),
        (f"<meta property='og:updated_time' content='{OTHER}'>", "", OTHER),
        (f"<meta property='article:modified_time' content='{OTHER}'>", "", OTHER),
        (f"<meta name='date' content='{OTHER}'><meta name='pubdate' content='{MOMENT}'>", "", MOMENT),
        (LD.format(f'{{{ENTRY},"dateModified":"{OTHER}"}}'), f"<time datetime='{MOMENT}'></time>", MOMENT),
        (LD.format(f'{{{ENTRY},"dateModified":"{OTHER}"}}'), "", OTHER),
        (
            f"<meta name='dcterms.modified' content='{OTHER}'><meta name='dcterms.created' content='{MOMENT}'>",
            "",
            MOMENT,
        ),
        (
            "<meta property='article:published_time' content='2024-03-13'>",
            "<div>13/03/2024 08:15</div>",
            MOMENT,
        ),
        (f"<meta property='article:published_time' content='{MOMENT}'>", "<div>13/03/2024</div>", MOMENT),
    ],
)
def test_of_several_dates_the_first_publication_counts(head: str, below: str, value: str) -> None:
    assert published(head=head, below=below) == value
