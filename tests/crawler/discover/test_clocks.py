"""Clocks of a feed that are wrong for every entry are dropped; the day stays."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawler.discover.clocks import to_the_day
from crawler.discover.links import Link

NOW = datetime.fromisoformat("2024-04-02T10:00:00+07:00")


def dates(printed: list[str]) -> list[str | None]:
    links = [Link(f"https://huyen.test/{n}", date=date) for n, date in enumerate(printed)]
    return [link.date for link in to_the_day(links, NOW)]


@pytest.mark.parametrize(
    ("printed", "left"),
    [
        (
            [
                "Tue, 12 Mar 2024 14:03:00 +0700",
                "Mon, 05 Feb 2024 09:02:00 +0700",
                "Fri, 01 Mar 2024 07:03:10 +0700",
            ],
            ["Tue, 12 Mar 2024", "Mon, 05 Feb 2024", "Fri, 01 Mar 2024"],
        ),
        (
            [
                "2024-03-12T14:03:00+07:00",
                "2024-03-11T08:03:00+07:00",
                "2024-03-10",
                "2024-03-09T16:03:00+07:00",
            ],
            ["2024-03-12", "2024-03-11", "2024-03-10", "2024-03-09"],
        ),
        (  # 09:40 in Vietnam, labelled UTC
            ["Tue, 02 Apr 2024 09:40:00 GMT", "Mon, 01 Apr 2024 15:20:00 GMT"],
            ["Tue, 02 Apr 2024", "Mon, 01 Apr 2024"],
        ),
    ],
)
def test_clocks_that_are_wrong_for_all_are_dropped(printed: list[str], left: list[str]) -> None:
    assert dates(printed) == left


@pytest.mark.parametrize(
    "printed",
    [
        [
            "Tue, 12 Mar 2024 14:03:00 +0700",
            "Mon, 05 Feb 2024 09:02:00 +0700",
            "Fri, 01 Mar 2024 07:41:00 +0700",
        ],
        ["Tue, 12 Mar 2024 14:03:00 +0700", "Mon, 05 Feb 2024 09:02:00 +0700"],
        ["Tue, 02 Apr 2024 02:40:00 GMT", "Mon, 01 Apr 2024 08:20:00 GMT", "soon", "12/03/2024 14:03"],
        ["Tue, 02 Apr 2024 10:12:00 +0700"],  # a server's clock runs twelve minutes ahead
        [],
    ],
)
def test_clocks_that_may_be_right_stay(printed: list[str]) -> None:
    assert dates(printed) == printed
