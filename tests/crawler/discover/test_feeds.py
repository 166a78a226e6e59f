"""Feeds and sitemaps, honest and hostile."""

import gzip
import json

from crawler.discover.feeds import MAX_SITEMAP_BYTES, feeds_of, read_feed, read_sitemap
from pipelines.html.parse import parse_text

RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><item>
<title>Hội nghị giao ban</title><link>https://p.test/hoi-nghi/?utm_source=rss</link>
<pubDate>Thu, 26 Oct 2023 07:30:00 +0000</pubDate><category>Tin tức</category></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title>
<link rel="alternate" href="https://p.test/a"/><published>2023-10-26T07:30:00Z</published>
<updated>2023-10-27T01:00:00Z</updated></entry></feed>"""


def test_rss_gives_canonical_links_with_the_printed_date() -> None:
    (link,) = read_feed(RSS.encode())
    assert (link.url, link.title, link.date, link.category) == (
        "https://p.test/hoi-nghi/", "Hội nghị giao ban", "Thu, 26 Oct 2023 07:30:00 +0000", "Tin tức",
    )  # fmt: skip


def test_atom_gives_links() -> None:
    (link,) = read_feed(ATOM.encode())
    assert (link.url, link.date) == ("https://p.test/a", "2023-10-26T07:30:00Z")
    assert link.modified == "2023-10-27T01:00:00Z"


def test_a_broken_feed_gives_what_stands_before_the_break_and_a_page_gives_nothing() -> None:
    assert len(read_feed(RSS[: RSS.index("</item>") + 7].encode())) == 1
    assert read_feed(b"<html><body>404</body></html>") == []
    assert read_feed(b"") == []


def test_a_sitemap_gives_pages_with_lastmod_and_an_index_gives_sitemaps() -> None:
    pages, children = read_sitemap(
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://p.test/a</loc>'
        b"<lastmod>2023-10-26</lastmod></url></urlset>"
    )
    assert [(p.url, p.modified) for p in pages] == [("https://p.test/a", "2023-10-26")]
    assert children == []
    pages, children = read_sitemap(
        b"<sitemapindex><sitemap><loc>https://p.test/s1.xml</loc><lastmod>2023-10-26T07:00:00+07:00</lastmod>"
        b"</sitemap><sitemap><loc>https://p.test/s2.xml</loc></sitemap></sitemapindex>"
    )
    assert [(c.url, c.modified) for c in children] == [
        ("https://p.test/s1.xml", "2023-10-26T07:00:00+07:00"),
        ("https://p.test/s2.xml", None),
    ]
    assert pages == []


def test_entities_are_not_expanded() -> None:
    entities = b'<!DOCTYPE u [<!ENTITY a "https://p.test/x"><!ENTITY b "&a;&a;&a;">]>'
    bomb = entities + b"<urlset><url><loc>&b;</loc></url></urlset>"
    assert read_sitemap(bomb) == ([], [])


def test_a_gzipped_sitemap_is_read_and_a_gzip_bomb_is_refused() -> None:
    body = b"<urlset><url><loc>https://p.test/a</loc></url></urlset>"
    assert len(read_sitemap(gzip.compress(body))[0]) == 1
    bomb = gzip.compress(body[:-9] + b" " * (MAX_SITEMAP_BYTES + 1) + b"</urlset>", 1)
    assert read_sitemap(bomb) == ([], [])


def test_a_page_announces_feeds_but_not_those_of_comments() -> None:
    page = parse_text(
        '<head><link rel="alternate" type="application/rss+xml" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/"></head>'
    )
    assert feeds_of(page, "https://p.test/tin") == ["https://p.test/feed/"]


def test_wordpress_posts_over_rest_are_a_feed_with_exact_times() -> None:
    title = {"rendered": "Khai giảng &#8211; 2023"}
    post = {"link": "https://p.test/khai-giang/", "date": "2023-09-05T07:30:00", "title": title}
    (link,) = read_feed(json.dumps([post, {"link": None}, "x"]).encode())
    assert (link.url, link.title, link.date) == (
        "https://p.test/khai-giang/", "Khai giảng – 2023", "2023-09-05T07:30:00+07:00",
    )  # fmt: skip
    (utc,) = read_feed(json.dumps([post | {"date_gmt": "2023-09-05T00:30:00"}]).encode())
    assert (utc.date, utc.modified) == ("2023-09-05T00:30:00Z", None)
    (edited,) = read_feed(json.dumps([post | {"modified_gmt": "2023-09-06T00:30:00"}]).encode())
    assert edited.modified == "2023-09-06T00:30:00Z"
    assert read_feed(b"[{") == []


def test_an_address_that_is_none_costs_no_other_entry() -> None:
    broken = RSS.replace("<item>", "<item><link>http://[broken</link></item><item>", 1)
    assert len(read_feed(broken.encode())) == 1
    pages, _ = read_sitemap(
        b"<urlset><url><loc>http://[x</loc></url><url><loc>https://p.test/a</loc></url></urlset>"
    )
    assert [page.url for page in pages] == ["https://p.test/a"]
