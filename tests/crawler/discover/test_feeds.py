"""Feeds and sitemaps, honest and hostile."""

import gzip
import json

import pytest

from crawler.discover.feeds import feeds_of, read_feed, read_sitemap
from crawler.discover.loosexml import MAX_BYTES
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
    assert len(read_sitemap(gzip.compress(body, mtime=0))[0]) == 1
    bomb = gzip.compress(body[:-9] + b" " * (MAX_BYTES + 1) + b"</urlset>", 1, mtime=0)
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


def _rss(address: str, head: str = "") -> str:
    item = f"<item><title>Gặt lúa mùa</title>{address}</item>"
    return f"{head}<rss version='2.0'><channel>{item}</channel></rss>"


LINK = "<link>/a</link>"
NOTICE = "<br />\n<b>Notice</b>: Undefined index in <b>/var/www/rss.php</b><br />\n"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("<link>/tin/gat-lua.html</link>", "https://p.test/tin/gat-lua.html"),
        ("<link>gat-lua.html</link>", "https://p.test/rss/gat-lua.html"),
        ("<link>/xem?tin=4&amp;muc=2&trang=1</link>", "https://p.test/xem?tin=4&muc=2&trang=1"),
        ("<link>/xem?tin=4&copy=2</link>", "https://p.test/xem?tin=4&copy=2"),
        ("<link><![CDATA[/xem?tin=4&muc=2]]></link>", "https://p.test/xem?tin=4&muc=2"),
        ("<link>HTTPS://P.Test/Tin</link>", "https://p.test/Tin"),
        ("<link/>https://p.test/sau-the", "https://p.test/sau-the"),
        ("<guid>https://p.test/guid</guid>", "https://p.test/guid"),
        ("<link href='/a.html' xml:base='https://p.test/goc/'/>", "https://p.test/a.html"),
        ("<link href='a.html' xml:base='https://p.test/goc/'/>", "https://p.test/goc/a.html"),
    ],
)
def test_an_entry_leads_where_its_feed_stands(address: str, url: str) -> None:
    assert [link.url for link in read_feed(_rss(address).encode(), "https://p.test/rss/tin")] == [url]


@pytest.mark.parametrize("guid", ["<guid>tin-4711</guid>", "<guid isPermaLink='false'>4711</guid>", ""])
def test_a_name_that_is_no_address_leads_nowhere(guid: str) -> None:
    assert read_feed(_rss(guid).encode(), "https://p.test/rss") == []


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf\xef\xbb\xbf\n" + _rss(LINK).encode(),
        _rss(LINK, NOTICE).encode(),
        (_rss(LINK, "<!-- bộ đệm --><?xml version='1.0'?>") + "\n<!-- 0.2 s --><p></p>").encode(),
        _rss(LINK, "<?xml version='1.0' encoding='utf-16'?>").encode(),
        _rss(LINK, "<?xml version='1.0' encoding='x-none'?>").encode(),
        _rss(LINK).encode("utf-16"),
        _rss(LINK + "<category>&#xD800;&#0;&#xFFFE;&#9999999;</category>").encode(),
        _rss(LINK).encode("utf-16-le"),
        _rss("<link>/a</link><description>\x0b\ufffe &nbsp;&mdash; & hết</description>").encode(),
        gzip.compress(_rss(LINK).encode(), mtime=0)[:-6],
    ],
)  # fmt: skip
def test_what_stands_around_a_feed_costs_none_of_its_entries(body: bytes) -> None:
    (link,) = read_feed(body, "https://p.test/rss")
    assert (link.url, link.title) == ("https://p.test/a", "Gặt lúa mùa")


def test_a_legacy_encoding_is_read_as_declared_and_a_bad_byte_costs_a_letter() -> None:
    named = _rss(LINK, "<?xml version='1.0' encoding='windows-1252'?>").replace("Gặt lúa mùa", "Kì họp")
    (link,) = read_feed(named.replace("ọ", "ô").encode("windows-1252"), "https://p.test/rss")
    assert link.title == "Kì hôp"
    (link,) = read_feed(_rss(LINK).encode().replace("ú".encode(), b"\xfa"), "https://p.test/rss")
    assert link.title == "Gặt l\ufffda mùa"


@pytest.mark.parametrize(
    "around", [("\ufeff", ""), ("<br /><b>Warning</b>: [8] x in y\n", "\n<!-- 3 ms -->")]
)
def test_stray_output_around_posts_costs_none(around: tuple[str, str]) -> None:
    posts = json.dumps([{"link": "/khai-giang/", "title": "Khai giảng", "id": 7}])
    (link,) = read_feed(f"{around[0]}{posts}{around[1]}".encode(), "https://p.test/wp-json/wp/v2/posts")
    assert (link.url, link.title) == ("https://p.test/khai-giang/", "Khai giảng")


def test_a_json_feed_is_a_feed_and_hostile_json_is_none() -> None:
    item = {"url": "https://p.test/a", "title": "A", "date_published": "2024-02-01T08:00:00+07:00"}
    (link,) = read_feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode())
    assert (link.url, link.date) == ("https://p.test/a", "2024-02-01T08:00:00+07:00")
    assert read_feed(b"[" * 200_000) == []
    digits = b'[{"id": ' + b"9" * 6_000 + b', "link": "https://p.test/a"}]'
    assert len(read_feed(digits)) == 1


def test_sitemaps_of_other_forms_are_read() -> None:
    text = "https://p.test/mot\r\nHTTPS://p.test/hai\n/ba\n"
    pages, children = read_sitemap(b"\xef\xbb\xbf" + text.encode(), "https://p.test/map.txt")
    assert [page.url for page in pages] == ["https://p.test/mot", "https://p.test/hai", "https://p.test/ba"]
    assert children == []
    pages, _ = read_sitemap(_rss(LINK).encode(), "https://p.test/rss")
    assert [page.url for page in pages] == ["https://p.test/a"]
    bare = b"<urlset><url><loc>/xem?a=1&b=2</loc></url><url><loc> tin/4 </loc></url></urlset>"
    pages, _ = read_sitemap(bare, "https://p.test/s/map.xml")
    assert [page.url for page in pages] == ["https://p.test/xem?a=1&b=2", "https://p.test/s/tin/4"]
    index = b"<sitemapindex>" + b"".join(b"<sitemap><loc>/s%d.xml</loc></sitemap>" % n for n in range(180))
    assert len(read_sitemap(index + b"</sitemapindex>", "https://p.test/")[1]) == 180


def test_a_page_in_the_place_of_a_sitemap_or_feed_names_nothing() -> None:
    page = b"<!DOCTYPE html><html><body><a href='/tin'>https://p.test/tin</a>"
    page += b"<script>x = [{'link': '/a'}]</script>".replace(b"'", b'"')
    assert read_sitemap(page, "https://p.test/sitemap.xml") == ([], [])
    assert read_feed(page, "https://p.test/rss") == []


def test_a_cut_gzip_sitemap_gives_what_came() -> None:
    entries = b"".join(b"<url><loc>https://p.test/%d-%d</loc></url>" % (n, n * n) for n in range(4_000))
    packed = gzip.compress(b"<urlset>" + entries + b"</urlset>", mtime=0)
    pages, _ = read_sitemap(packed[: len(packed) // 2])
    assert 500 < len(pages) < 4_000


def test_an_address_is_asked_as_its_feed_prints_it() -> None:
    (link,) = read_feed(_rss("<link>https://p.test/tin%2fa%CC%81</link>").encode())
    assert (link.url, link.address) == ("https://p.test/tin%2F%C3%A1", "https://p.test/tin%2fa%CC%81")
