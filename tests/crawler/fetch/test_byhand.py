"""Why a page that somebody asks for by hand did not come."""

from __future__ import annotations

import pytest

from crawler.errors import Unfetched
from crawler.fetch.byhand import why


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("connection_robots", "no connection to it could be made"),
        ("dns_robots", "its name has no address"),
        ("timeout_robots", "it does not answer in time"),
        ("http_503_robots", "its robots.txt cannot be read, and without it nothing may be asked"),
        ("connection", "no connection to it could be made"),
        ("http_404", "it answers HTTP 404"),
    ],
)
def test_what_fails_at_robots_txt_is_what_is_said(reason: str, said: str) -> None:
    assert why(Unfetched("http://xa-hoi.example/", reason)) == said
