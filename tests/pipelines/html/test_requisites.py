"""What a page draws with: found where pages and style sheets name it, without what counts and sells."""

from __future__ import annotations

import pytest

from pipelines.html.parse import parse
from pipelines.html.requisites import Sort, of_page, of_sheet, renditions, sheet_text, unwanted

URL = "https://thixa.vn/tin/bai-7.html"


def needs(markup: str) -> dict[str, Sort]:
    html = f"<!doctype html><html><head></head><body>{markup}</body></html>"
    return of_page(parse(html.encode(), {}).tree, URL)


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ('<link rel="stylesheet" href="/a.css?v=2">', {"/a.css?v=2": Sort.SHEET}),
        ('<link rel="alternate stylesheet" href="b.css">', {"/tin/b.css": Sort.SHEET}),
        ('<link rel="SHORTCUT ICON" href="/f.ico">', {"/f.ico": Sort.ICON}),
        ('<link rel=preload as=font href="/c.woff2">', {"/c.woff2": Sort.FONT}),
        ('<link rel=modulepreload href="/m.mjs">', {"/m.mjs": Sort.SCRIPT}),
        ('<link rel="alternate" type="application/rss+xml" href="/rss">', {}),
        ('<link rel="canonical" href="/x"><link rel="dns-prefetch" href="//cdn.vn">', {}),
        ('<script src="/a.js"></script>', {"/a.js": Sort.SCRIPT}),
        ('<script type="text/javascript; charset=utf-8" src="/a.js"></script>', {"/a.js": Sort.SCRIPT}),
        ('<script type="module" src="/a.mjs"></script>', {"/a.mjs": Sort.SCRIPT}),
        ('<script type="application/ld+json" src="/a.json"></script>', {}),
        ('<script type="text/template" src="/a.html"></script>', {}),
        ('<img src="/logo.png">', {"/logo.png": Sort.PICTURE}),
        ('<img src="data:image/gif;base64,R0" data-src="/that.jpg">', {"/that.jpg": Sort.PICTURE}),
        ('<img src="/dem.gif" width="1" height="1"><img src="/dem2.gif" width=0>', {}),
        ('<input type="image" src="/tim.png"><input type="text" src="/no.png">', {"/tim.png": Sort.PICTURE}),
        ('<table background="/nen.jpg"><tr><td>x</td></tr></table>', {"/nen.jpg": Sort.PICTURE}),
        ("<div style=\"background: url('/d.png') no-repeat\"></div>", {"/d.png": Sort.PICTURE}),
        ("<style>@import '/e.css'; p { background: url(/e.png) }</style>",
         {"/e.css": Sort.SHEET, "/e.png": Sort.PICTURE}),
        ('<div data-bg="/anh/tre.jpg"></div><div data-bg="#fff"></div>', {"/anh/tre.jpg": Sort.PICTURE}),
        ('<iframe src="/khung.html"></iframe><video src="/p.mp4" poster="/p.jpg"></video>',
         {"/p.jpg": Sort.PICTURE}),
        ('<a href="/tep.pdf">tệp</a>', {}),
    ],
)  # fmt: skip
def test_a_page_names_what_it_draws_with(markup: str, found: dict[str, Sort]) -> None:
    assert needs(markup) == {f"https://thixa.vn{path}": sort for path, sort in found.items()}


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ('@import url("luoi.css");', ["luoi.css"]),
        ("@import 'in.css' print;", ["in.css"]),
        ("@IMPORT URL( luoi.css );", ["luoi.css"]),
        ("p { background: URL( 'a b.png' ) }", ["a b.png"]),
        (r"p { background: url(a\(1\).png) }", ["a(1).png"]),
        (r"p { background: url(\61.png) }", ["a.png"]),
        ("/* url(x.png) @import 'y.css' */ p {}", []),
        ("p { background: url(data:image/png;base64,AA/BB==) }", []),
        ("@namespace svg url(http://www.w3.org/2000/svg);", []),
        ("@font-face { src: url(f.eot); src: url(f.eot?#iefix) format('x'), url(f.woff2#a) }", ["f.woff2"]),
        ("p { background-image: image-set('n.png' 1x, \"l.png\" 2x) }", ["n.png", "l.png"]),
        ("p { filter: url(#bong) } q { behavior: none }", []),
        ("p { curl(x.png) }", []),
    ],
)
def test_a_style_sheet_names_what_it_draws_with(css: str, found: list[str]) -> None:
    base = "https://thixa.vn/css/"
    assert list(of_sheet(css, f"{base}chinh.css")) == [base + name for name in found]


@pytest.mark.parametrize(
    ("url", "picture", "out"),
    [
        ("https://www.google-analytics.com/analytics.js", False, True),
        ("https://www.googletagmanager.com/gtag/js?id=G-1", False, True),
        ("https://thixa.vn/js/gtag.js", False, True),
        ("https://thixa.vn/thong-ke/bo-dem.js", False, True),
        ("https://thixa.vn/counter.aspx", True, True),
        ("https://thixa.vn/anh.gif?rnd=0.123", True, True),
        ("https://thixa.vn/chinh.js?rnd=0.123", False, False),
        ("https://thixa.vn/documents/1/logo.png?t=1612345678901", True, False),
        ("https://thixa.vn/themes/counter-style.css", False, False),
        ("https://thixa.vn/js/countdown.js", False, False),
        ("https://thixa.vn/anh/thong-ke-dan-so.png", True, False),
        ("https://fonts.googleapis.com/css?family=Roboto", False, False),
    ],
)  # fmt: skip
def test_counters_are_told_from_what_a_page_shows(url: str, picture: bool, out: bool) -> None:
    assert unwanted(url, picture=picture) is out


def test_a_picture_has_all_addresses_from_which_a_browser_chooses() -> None:
    html = (
        "<p><img src='nho.jpg' srcset='vua.jpg 600w, lon.jpg 1200w'></p><p><img src='khac.jpg'></p>"
        "<picture><source srcset='rong.webp 1x, rong2.webp 2x'><img src='tam.jpg'></picture>"
    )
    tree = parse(f"<html><body>{html}</body></html>".encode(), {}).tree
    base = "https://thixa.vn/tin/"
    found = renditions(tree, URL, [f"{base}nho.jpg", f"{base}khac.jpg", f"{base}tam.jpg"])
    assert found == {
        f"{base}nho.jpg": [f"{base}vua.jpg", f"{base}lon.jpg"],
        f"{base}tam.jpg": [f"{base}rong.webp", f"{base}rong2.webp"],
    }


@pytest.mark.parametrize(
    ("body", "header"),
    [
        ("p::after { content: 'Xã' }".encode(), ""),
        ("p::after { content: 'Xã' }".encode("utf-16"), ""),
        ("@charset \"windows-1252\"; p::after { content: 'X\u00e3' }".encode("cp1252"), ""),
        ("p::after { content: 'X\u00e3' }".encode("cp1252"), "text/css; charset=iso-8859-1"),
    ],
)
def test_a_style_sheet_is_read_in_its_encoding(body: bytes, header: str) -> None:
    assert "content: 'Xã'" in sheet_text(body, header)


def test_no_style_sheet_ends_the_reading() -> None:
    assert of_sheet(sheet_text(bytes(range(256)) * 4), "https://thixa.vn/x.css") == {}
