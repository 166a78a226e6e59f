"""The language of a page, as a browser asks for it."""

from __future__ import annotations

import pytest

from web.parts.language import chosen


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr, en ; q = 0.7 , vi;q=0.3", "en"),
        ("EN", "en"),
        ("fr", "vi"),
        ("en;q=0, vi;q=0.1", "vi"),
        ("en;q=.1.2", "vi"),
        ("*", "vi"),
        ("", "vi"),
        (None, "vi"),
        (f"e{' ' * 60_000}en", "vi"),  # with the square of its length it would take minutes
    ],
    ids=lambda value: str(value)[:30],
)
def test_the_best_of_what_a_browser_accepts(accepted: str | None, language: str) -> None:
    assert chosen(None, accepted) == language


def test_what_the_address_asks_for_wins() -> None:
    assert chosen("en", "vi") == "en"
    assert chosen("fr", "en") == "en"
