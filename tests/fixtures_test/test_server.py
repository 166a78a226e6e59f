"""The server's hooks: edits, removals, additions, validators, the log, ports."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from fixtures import articles
from fixtures.articles import ZONE
from fixtures.districts import registry_for
from fixtures.server import FixtureServer, Logged
from tests.fixtures_test.client import ask

pytestmark = pytest.mark.slow

TEXT = """
[[article]]
key = "mot"
section = "{section}"
title = "Tin thứ nhất"
published = 2022-01-02
body = "Đoạn một."
"""
SECTIONS = {
    "gia-vien": "kinh-te-xa-hoi",
    "ly-nhan": "thong-bao",
    "do-luong-wp": "tin-tuc",
    "yen-thanh": "tin-tuc",
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FixtureServer]:
    for portal, section in SECTIONS.items():
        (tmp_path / f"{portal}.toml").write_text(TEXT.format(section=section), encoding="utf-8")
    with FixtureServer(
        0, folder=tmp_path, clock=lambda: datetime(2026, 11, 21, 18, 59, tzinfo=ZONE)
    ) as running:
        yield running


def test_an_edit_changes_the_text_and_keeps_the_address(server: FixtureServer) -> None:
    before = server.article_url("yen-thanh", "mot")
    server.edit("yen-thanh", "mot", title="Tin đã sửa", body="Đoạn hai.")
    assert server.article_url("yen-thanh", "mot") == before
    page = ask(before).html
    assert "Tin đã sửa" in page and "Đoạn hai." in page and "Đoạn một." not in page


@pytest.mark.parametrize(("how", "status"), [("404", 404), ("410", 410), ("soft-404", 200), ("to-home", 302)])
def test_a_removed_article_leaves_the_listing_and_answers_as_told(
    server: FixtureServer, how: str, status: int
) -> None:
    url = server.article_url("yen-thanh", "mot")
    server.remove("yen-thanh", "mot", how)  # type: ignore[arg-type]
    answer = ask(url)
    assert answer.status == status and "Đoạn một." not in answer.html
    assert "Tin thứ nhất" not in ask(server.url("yen-thanh", "/muc/tin-tuc/")).html
    server.restore("yen-thanh", "mot")
    assert "Đoạn một." in ask(url).html


def test_an_added_article_comes_first(server: FixtureServer) -> None:
    table = {
        "key": "hai",
        "section": "tin-tuc",
        "title": "Tin thứ nhất",
        "published": datetime(2023, 1, 1, 8, tzinfo=ZONE),
    }
    server.add("do-luong-wp", {**table, "body": "Đoạn khác."})
    links = [link for link in ask(server.url("do-luong-wp", "/?cat=11")).links if "tin-thu-nhat" in link]
    assert links[0] == "/tin-thu-nhat-2/"  # WordPress numbers a slug that is taken


def test_adding_a_known_key_is_refused(server: FixtureServer) -> None:
    with pytest.raises(ValueError, match="'mot' is there already"):
        server.add("do-luong-wp", {"key": "mot", "section": "tin-tuc", "title": "T", "body": ""})


@pytest.mark.parametrize(
    ("portal", "validator", "condition"),
    [("gia-vien", "last-modified", "If-Modified-Since"), ("ly-nhan", "etag", "If-None-Match")],
)
def test_a_validator_holds_until_the_article_is_edited(
    server: FixtureServer, portal: str, validator: str, condition: str
) -> None:
    url = server.article_url(portal, "mot")
    for text in ("Lần một.", "Lần hai."):
        sent = {condition: ask(url).headers[validator]}
        again = ask(url, headers=sent)
        assert (again.status, again.body) == (304, b"")
        server.edit(portal, "mot", body=text)
        assert ask(url, headers=sent).status == 200


def test_counters_change_with_every_request_and_the_page_clock_with_the_clock(server: FixtureServer) -> None:
    url = server.article_url("yen-thanh", "mot")
    first, second = ask(url).html, ask(url).html
    assert first != second
    assert "Thứ bảy, 21/11/2026 18:59" in first


def test_gzip_is_sent_where_the_client_takes_it(server: FixtureServer) -> None:
    answer = ask(server.url("do-luong-wp"), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert b"Huy" in gzip.decompress(answer.body)


def test_the_log_tells_every_request(server: FixtureServer) -> None:
    ask(server.url("gia-vien", "/robots.txt"))
    ask(server.url("gia-vien", "/khong-co?x=1"))
    ask(server.url("ky-anh"))
    assert server.requests("gia-vien") == [
        Logged("gia-vien", "GET", "/robots.txt", 404),
        Logged("gia-vien", "GET", "/khong-co?x=1", 404),
    ]
    assert len(server.log) == 3


def test_menu_links_lead_to_pages_without_an_article(server: FixtureServer) -> None:
    for portal in server.sites:
        links = [link for link in ask(server.url(portal)).links if "gioi-thieu" in link]
        assert "đang được cập nhật" in ask(server.url(portal, links[0])).html


def test_the_registry_names_the_ports_of_the_server(server: FixtureServer) -> None:
    text = "".join(registry_for(server).values())
    assert all(f'url = "{server.url(portal)}"' in text for portal in server.sites)


def test_a_taken_port_is_named(server: FixtureServer, tmp_path: Path) -> None:
    port = int(server.url("do-luong-vnpt").rpartition(":")[2])
    with pytest.raises(OSError, match=f"port {port} on 127.0.0.1: .*choose another base port"):
        FixtureServer(port, folder=tmp_path)


def test_a_port_beyond_the_range_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"port 65536 on 127\.0\.0\.1: .*choose another base port"):
        FixtureServer(65536, folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[article]", "bad.toml"),
        (
            '[[article]]\nkey = "a"\nsection = "tin-tuc"\ntitle = "T"\nbody = ""\nlaed = "x"',
            "unknown field laed",
        ),
        ('[[article]]\nkey = "a"\nsection = "tin-tuc"\nbody = ""', "needs a text in 'title'"),
        (
            '[[article]]\nkey = "a"\nsection = "x"\ntitle = "T"\nbody = ""\npublished = "2020"',
            "must be a TOML date",
        ),
    ],
)
def test_a_damaged_article_file_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        articles.load("bad", tmp_path)
