"""What came instead of the page that was asked for."""

import pytest
from scrapy.http import HtmlResponse, Response

from crawler.fetch.responses import headers, is_home, judge
from storage.vocabulary import Outcome

PORTAL = "https://p.test"
ASKED = PORTAL + "/tin/bai-viet-1024.html"


def came(url: str = ASKED, status: int = 200, kind: str = "text/html") -> Response:
    return HtmlResponse(url, status=status, headers={"Content-Type": kind}, body=b"x")


@pytest.mark.parametrize(
    ("response", "ended"),
    [
        (came(), None),
        (came("http://www.p.test/tin/bai-viet-1024.html/"), None),
        (came(status=304), (Outcome.UNCHANGED, "not_modified")),
        (came(status=404), (Outcome.GONE, "http_404")),
        (came(status=410), (Outcome.GONE, "http_410")),
        (came(status=403), (Outcome.FAILED, "http_403")),
        (came(PORTAL + "/"), (Outcome.GONE, "redirect_home")),
        (came(PORTAL + "/trang-chu.html"), (Outcome.GONE, "redirect_home")),
        (came(PORTAL + "/tin/bai-viet-moi-1025.html"), (Outcome.REDIRECTED, "")),
        (came(kind="application/pdf"), (Outcome.NOT_AN_ARTICLE, "no_html")),
    ],
)
def test_judge(response: Response, ended: tuple[Outcome, str] | None) -> None:
    assert judge(response, ASKED, PORTAL) == ended


def test_another_sites_home_is_not_ours() -> None:
    assert not is_home("https://other.test/", PORTAL)


def test_odd_header_bytes_are_read() -> None:
    response = Response(ASKED, headers={"X-Odd": b"\xc4\x90\xff"})
    assert headers(response)["x-odd"] == "Ä\x90ÿ"
