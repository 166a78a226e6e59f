"""One URL for one page; endless URLs are known by their shape."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discover.urls import as_printed, canonical, print_view, same_site, trap

LIFERAY_PAGE_2 = (
    "http://a.vn/web/guest/tin?p_p_id=101_INSTANCE_x&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view"
    "&p_p_col_id=column-2&p_p_col_count=1&_101_delta=20&_101_keywords=&_101_advancedSearch=false"
    "&_101_andOperator=true&p_r_p_564233524_resetCur=false&_101_cur=2"
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://DoLuong.NgheAn.gov.vn:443/Tin-Tuc#top", "https://doluong.nghean.gov.vn/Tin-Tuc"),
        ("http://a.vn", "http://a.vn/"),
        ("http://a.vn:8080?b=2&a=1&b=2", "http://a.vn:8080/?b=2&a=1"),
        ("http://a.vn/x/../a%2fb/./c", "http://a.vn/a%2Fb/c"),
        ("http://a.vn/../../x/..", "http://a.vn/"),
        ("http://a.vn/te\u0301.html", "http://a.vn/t%C3%A9.html"),
        ("http://a.vn/te%CC%81.html", "http://a.vn/t%C3%A9.html"),
        ("http://a.vn/t%c3%a9.html", "http://a.vn/t%C3%A9.html"),
        ("http://a.vn/%7Ehuyen/%image_alt%.jpg", "http://a.vn/~huyen/%25image_alt%25.jpg"),
        ("http://a.vn/tin tuc?q=a b", "http://a.vn/tin%20tuc?q=a%20b"),
        ("http://a.vn/%C4?q=%fe", "http://a.vn/%C4?q=%FE"),
        ("http://a.vn\\tin\\tuc", "http://a.vn/tin/tuc"),
        ("http://user:secret@a.vn./x", "http://a.vn/x"),
        ("http://a.vn/x;jsessionid=0A1B?id=1", "http://a.vn/x?id=1"),
        ("http://a.vn/(S(lit3py55t21z5v55vlm25s55))/x.aspx", "http://a.vn/x.aspx"),
        ("http://a.vn/x?PHPSESSID=abc&id=1", "http://a.vn/x?id=1"),
        ("http://a.vn/x?ASPSESSIONIDQQ=abc&id=1", "http://a.vn/x?id=1"),
        ("http://a.vn/x?sid=0123456789abcdef0", "http://a.vn/x"),
        ("http://a.vn/modules.php?name=News&sid=123", "http://a.vn/modules.php?name=News&sid=123"),
        ("http://a.vn/x?id=1&utm_source=zalo&fbclid=q&zarsrc=30", "http://a.vn/x?id=1"),
        ("http://a.vn/x?a=1&amp;b=2", "http://a.vn/x?a=1&b=2"),
        ("http://a.vn/x?in=1", "http://a.vn/x"),
        ("http://a.vn/x?in=2", "http://a.vn/x?in=2"),
        (
            "http://a.vn/index.php?option=com_content&id=5&tmpl=component&print=1&layout=default&page=",
            "http://a.vn/index.php?option=com_content&id=5",
        ),
        ("http://a.vn/x/?replytocom=33", "http://a.vn/x/"),
        ("http://127.0.0.1:8001/x", "http://127.0.0.1:8001/x"),
        ("http://[::1]:80/x", "http://[::1]/x"),
        ("http://huyện.vn/", "http://xn--huyn-nw5a.vn/"),
    ],
)
def test_canonical(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url", ["", "tin-tuc", "ftp://a.vn/", "javascript:void(0)", "http://", "http://[::1"]
)
def test_what_is_no_web_address_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        canonical(url)


def test_a_long_url_costs_no_more_than_its_length() -> None:
    path = "/" + "a" * 100_000
    assert canonical(f"http://a.vn{path}?") == f"http://a.vn{path}"


@settings(deadline=5_000)  # milliseconds, for a loaded machine; a pattern that explodes takes minutes
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.text(max_size=40))
def test_canonical_is_its_own_canonical(path: str, query: str) -> None:
    once = canonical(f"http://a.vn/{path}?{query}")
    assert canonical(once) == once
    assert once.isascii()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://a.vn/bai-viet/vi/en", "language_switch"),
        ("http://a.vn/vi/en/vi/tin", "language_switch"),
        ("http://a.vn/vi-vn/tin/en-us", "language_switch"),
        ("http://a.vn/a/b/a/b", "repeated_path"),
        ("http://a.vn/a/x/a/y/a", "repeated_path"),
        ("http://a.vn/lich?month=5&year=2023", "calendar"),
        ("http://a.vn/x?_8_month=5&_8_year=2024&p_p_id=8", "calendar"),
        ("http://a.vn/lich/2023/05", "calendar"),
        ("http://a.vn/2031/05", "calendar"),
        ("http://a.vn/tin?nam=2099", "calendar"),
        ("http://a.vn/tin?date=2023-05-01", "calendar"),
        ("http://a.vn/login?returnurl=%2flogin%3freturnurl%3d", "nested_url"),
        ("http://a.vn/?" + "&".join(f"p{n}=1" for n in range(30)), "too_many_parameters"),
        ("http://a.vn/" + "/".join(f"s{n}" for n in range(20)), "too_deep"),
        ("http://a.vn/" + "x" * 2_000, "too_long"),
    ],
)
def test_a_trap_is_named(url: str, name: str) -> None:
    assert trap(url, year=2026) == name


@pytest.mark.parametrize(
    "url",
    [
        "http://a.vn/vi/news/tin-tuc/hoi-nghi-12.html",
        "http://a.vn/vi-vn/2023/Trang/hoi-nghi.aspx",
        "http://a.vn/2010/10/10/hoi-nghi",
        "http://a.vn/tin-tuc/tin-tuc/hoi-nghi-123456",
        "http://a.vn/1426/38008/62118/tin",
        "http://a.vn/quyet-dinh/1850/05/x",
        "http://a.vn/lich-cong-tac/lich-cong-tac-tuan-45-2023-12345",
        "http://a.vn/kyanh/portal/read/tin-tuc/news/hoi-nghi.html/20230203093300",
        "http://a.vn/tin?nam=2023&id=3",
        "http://a.vn/?m=202310",
        LIFERAY_PAGE_2,
    ],
)
def test_an_article_or_listing_is_no_trap(url: str) -> None:
    assert trap(url, year=2026) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.vn/x?print=1", True),
        ("http://a.vn/index.php?view=article&tmpl=component", True),
        ("http://a.vn/vi/news/print/tin-tuc/a-12.html", True),
        ("http://a.vn/vi/news/savefile/tin-tuc/a-12.html", True),
        ("http://a.vn/index.php?nv=news&op=print/tin-tuc/a-12", True),
        ("http://a.vn/print.aspx?id=3", True),
        ("http://a.vn/tin-tuc/in-an-phat-hanh-sach-12", False),
        ("http://a.vn/printing-house", False),
    ],
)
def test_print_views_are_told(url: str, expected: bool) -> None:
    assert print_view(url) is expected


def test_a_site_is_a_host_and_port() -> None:
    assert same_site("http://www.a.vn/x", "https://A.vn:443/y")
    assert same_site("http://127.0.0.1:8001/", "http://127.0.0.1:8001/x")
    assert not same_site("http://127.0.0.1:8001/", "http://127.0.0.1:8002/")
    assert not same_site("http://a.vn/", "http://tin.a.vn/")


@pytest.mark.parametrize(
    ("printed", "asked"),
    [
        ("https://p.test/tin/a%CC%81-b.html", "https://p.test/tin/a%CC%81-b.html"),  # NFD
        ("https://p.test/tin/a\u0301.html", "https://p.test/tin/a%CC%81.html"),
        ("https://p.test/tin/%c3%a1.html", "https://p.test/tin/%c3%a1.html"),
        ("https://p.test/so-4%2FKH%2c%28b%29", "https://p.test/so-4%2FKH%2c%28b%29"),
        ("https://p.test/[NONG] tin.html", "https://p.test/[NONG]%20tin.html"),
        ("https://p.test/a|b^c?q=[1]|'x'", "https://p.test/a|b%5Ec?q=[1]|'x'"),
        ("https://p.test/100%-moi?x=%zz", "https://p.test/100%-moi?x=%zz"),
        ("https://p.test/t?b=2&&a=1&a=1", "https://p.test/t?b=2&&a=1&a=1"),
        ("https://p.test/xem?s=0f3c9a6b7d2e5f4a8b1c", "https://p.test/xem?s=0f3c9a6b7d2e5f4a8b1c"),
        ("https://p.test/tin/xem?sid=48213", "https://p.test/tin/xem?sid=48213"),
        # what is no part of the page, or of no page
        ("HTTPS://P.Test:443/Tin#doc", "https://p.test/Tin"),
        ("https://p.test/x/../tin?a=1&utm_source=zalo&b=%2f", "https://p.test/tin?a=1&b=%2f"),
        ("https://p.test/tin;jsessionid=0A1B2C3D4E?id=%2f", "https://p.test/tin?id=%2f"),
        ("https://p.test/tin-4711.html?sid=0f3c9a6b7d2e5f4a8b1c", "https://p.test/tin-4711.html"),
        ("https://p.test\\tin\\a", "https://p.test/tin/a"),
    ],
)
def test_an_address_is_asked_as_printed(printed: str, asked: str) -> None:
    assert as_printed(printed) == asked
    assert as_printed(asked) == asked, "asked again the next night"
    assert canonical(asked) == canonical(printed), "whatever is asked, it is the same page"


@pytest.mark.parametrize(
    "printed", ["http://[x", "http://p.test:port/", "ftp://p.test/", "http://p.test/\ud800"]
)
def test_what_is_no_address_is_not_asked(printed: str) -> None:
    with pytest.raises(ValueError):
        as_printed(printed)


def test_a_token_that_alone_names_the_page_is_no_session() -> None:
    token = "65a1b2c3d4e5f6a7b8c9d0e1"
    assert canonical(f"https://p.test/chi-tiet?s={token}") == f"https://p.test/chi-tiet?s={token}"
    assert canonical(f"https://p.test/tin-tuc?s={token}") == "https://p.test/tin-tuc"
    assert canonical(f"https://p.test/xem/4711.html?s={token}") == "https://p.test/xem/4711.html"
    assert canonical(f"https://p.test/xem?id=3&sid={token}") == "https://p.test/xem?id=3"


def test_what_is_no_url_is_on_no_site() -> None:
    assert not same_site("http://p.test:port/", "http://p.test/")
    assert not same_site("http://[x", "http://[x")
