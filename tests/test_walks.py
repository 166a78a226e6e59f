"""The walks of docs/architecture.md, held against a real crawl and a real replay of one article."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import test_docs as docs
from tests.crawler.site import Answer, serve

ROOT = Path(__file__).parents[1]
GUIDE = "docs/architecture.md"
CRAWL = "The way of one response from the spider to the row"
REPLAY = "The way of one WARC record through replay"
ARTICLE = "/tin-tuc/xa-hung-tien-khanh-thanh-tram-bom-tuoi-cho-200-ha-lua-57.html"
TITLE = "Xã Hưng Tiến khánh thành trạm bơm tưới cho 200 ha lúa"
TEXT = "".join(
    f"<p>Tổ máy số {n} của trạm bơm chạy thử từ đầu tháng, nước về đủ các cánh đồng cuối kênh của xã.</p>"
    for n in range(1, 6)
)
PAGES = {
    "/tin-tuc": f'<ul><li><a href="{ARTICLE}">{TITLE}</a> <span>21/05/2024</span></li></ul>',
    ARTICLE: f'<div class="bai"><h1>{TITLE}</h1><p>Ngày đăng: 21/05/2024 07:40</p>{TEXT}</div>',
}
REGISTRY = """
[thu-nghiem]
name = "Thử Nghiệm"
kind = "huyện"
code = "427"
[[thu-nghiem.portals]]
url = "{url}"
family = "generic"
sections = ["/tin-tuc"]
delay = 0
"""

pytestmark = pytest.mark.xdist_group("walks")  # one crawl serves all tests of this file


def answer(path: str, _: dict[str, str]) -> Answer:
    if path not in PAGES:
        return Answer(b"", 404)
    page = (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"></head><body>{PAGES[path]}</body></html>'
    )
    return Answer(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def called(data: Path, registry: Path, *command: str) -> list[str]:
    """The project's functions that a command calls, in order."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.walking", *command],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "HUYEN_DATA": str(data),
            "HUYEN_REGISTRY": str(registry),
            "no_proxy": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    calls: list[str] = json.loads(done.stdout)
    return calls


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The calls of a crawl of one article, and of a replay of its WARC file into an empty archive."""
    folder = tmp_path_factory.mktemp("walks")
    registry = folder / "nghe-an.toml"
    with serve(answer) as site:
        registry.write_text(REGISTRY.format(url=site.url), encoding="utf-8")
        crawled = called(folder / "a", registry, "scrapy", "crawl", "nghe-an.thu-nghiem")
    replayed = called(folder / "b", registry, "huyen", "replay", str(folder / "a" / "warc"))
    return {CRAWL: crawled, REPLAY: replayed}


def walk(heading: str) -> list[tuple[str, str]]:
    """The hops under a heading: function, and the sentence after it."""
    hops = re.findall(r"^\d+\. `([\w./]+:[\w.]+)` (.+)$", docs.section(GUIDE, heading), re.MULTILINE)
    numbered = re.findall(r"^\d+\. ", docs.section(GUIDE, heading), re.MULTILINE)
    assert len(hops) == len(numbered) > 20
    return hops


def out_of_order(hops: list[str], calls: list[str]) -> list[str]:
    """The hops that are not called, or for the first time before the hop before them."""
    begun = calls.index(hops[0])
    first = {call: n for n, call in reversed(list(enumerate(calls[begun:])))}
    places = [first.get(hop, -1) for hop in hops]
    return [hop for n, hop in enumerate(hops) if places[n] < 0 or (n and places[n] <= max(places[:n]))]


@pytest.mark.parametrize("heading", [CRAWL, REPLAY])
def test_a_walk_goes_as_it_is_told(heading: str, calls: dict[str, list[str]]) -> None:
    assert out_of_order([function for function, _ in walk(heading)], calls[heading]) == []


@pytest.mark.parametrize("heading", [CRAWL, REPLAY])
def test_a_hop_is_one_sentence_and_stands_once(heading: str) -> None:
    hops = walk(heading)
    assert len({function for function, _ in hops}) == len(hops)
    assert [said for _, said in hops if not said.endswith(".") or ". " in said] == []


def test_a_wrong_order_and_a_function_that_is_not_called_are_noticed(calls: dict[str, list[str]]) -> None:
    hops = [function for function, _ in walk(CRAWL)]
    swapped = [hops[0], hops[2], hops[1], *hops[3:]]
    assert out_of_order(swapped, calls[CRAWL]) == [hops[1]]
    lost = [*hops, "crawler/probe/survey.py:survey"]
    assert out_of_order(lost, calls[CRAWL]) == lost[-1:]
