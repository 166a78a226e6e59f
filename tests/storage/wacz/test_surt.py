"""Keys of URLs, as all indexes of web archives have them."""

from __future__ import annotations

import pytest

from storage.wacz.surt import surt

KEYS = {
    "http://thixa.vn": "vn,thixa)/",
    "https://WWW.ThiXa.vn/Tin-Tuc/": "vn,thixa)/tin-tuc",
    "http://www2.thixa.vn:80/": "vn,thixa)/",
    "https://thixa.vn:443/a": "vn,thixa)/a",
    "http://thixa.vn:443/a": "vn,thixa:443)/a",
    "http://127.0.0.1:8080/a": "1,0,0,127:8080)/a",
    "http://ten:mat@thixa.vn/a#cuoi": "vn,thixa)/a",
    "http://thixa.vn/a//b/./c/../d": "vn,thixa)/a/b/d",
    "http://thixa.vn/đê?Q=Bão": "vn,thixa)/%c4%91%c3%aa?q=b%c3%a3o",
    "http://thixa.vn/%C4%91%C3%AA": "vn,thixa)/%c4%91%c3%aa",
    "http://thixa.vn/%25C4%2591": "vn,thixa)/%c4%91",
    "http://thixa.vn/a b": "vn,thixa)/a%20b",
    "http://thixa.vn/?b=2&a=1&c": "vn,thixa)/?a=1&b=2&c",
    "http://thixa.vn/?": "vn,thixa)/",
    f"http://thixa.vn/?a=1&PHPSESSID={'0' * 32}&b=2": "vn,thixa)/?a=1&b=2",
    f"http://thixa.vn/({'x' * 24})/p.aspx": "vn,thixa)/p.aspx",
    "http://xã.vn/": "vn,xn--x-yfa)/",
    "urn:uuid:1": "urn:uuid:1",
    "http://[::1/": "http://[::1/",
}


@pytest.mark.parametrize("url", KEYS)
def test_a_url_has_the_key_that_other_tools_give_it(url: str) -> None:
    assert surt(url) == KEYS[url]
