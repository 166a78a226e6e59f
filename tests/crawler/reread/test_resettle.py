"""Twenty articles in a template that defeats every rule: crawled, read again, replayed to the letter."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from crawler.registry.load import load
from crawler.reread.onepage import moment, read_page
from storage.database import open_database
from storage.export.export import export
from tests.crawler.nights import ROOT, Nights
from tests.crawler.site import Answer, serve
from tests.pipelines.repeating import PLANTED, PORTAL, TEMPLATES, cases

pytestmark = pytest.mark.xdist_group("settling")  # one crawl serves all tests of this file
CASES = {case.url.removeprefix(PORTAL): case for case in cases(TEMPLATES[1], 20)}
LISTING = "".join(f"<li><h3><a href='{path}'>{case.title}</a></h3></li>" for path, case in CASES.items())
Rows = list[dict[str, Any]]


class Crawled(NamedTuple):
    nights: Nights
    counts: dict[str, int]

    def huyen(self, *arguments: str, data: Path | None = None) -> str:
        environment = self.nights.environment | ({"HUYEN_DATA": str(data)} if data else {})
        command = [sys.executable, "-m", "crawler.cli", *arguments]
        ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def rows(self, data: Path | None = None) -> Rows:
        """All that the archive exports, but the number of the run."""
        folder = data or self.nights.data
        with closing(open_database(f"sqlite:///{folder / 'archive.db'}")) as database:
            export(database, folder / "export.jsonl", "jsonl")
        lines = map(json.loads, (folder / "export.jsonl").read_text(encoding="utf-8").splitlines())
        return [{name: row[name] for name in row if name != "run_id"} for row in lines]


def _answer(path: str, _: dict[str, str]) -> Answer:
    if path == "/":
        return Answer(f"<html><body><ul>{LISTING}</ul></body></html>".encode())
    return Answer(CASES[path].body) if path in CASES else Answer(b"", 404)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with serve(_answer) as site:
        nights = Nights(tmp_path_factory.mktemp("settling"), site.url)
        yield Crawled(nights, nights.crawl()["counts"])


def test_after_one_crawl_no_article_holds_furniture(crawled: Crawled) -> None:
    rows = crawled.rows()
    assert len(rows) == crawled.counts["new"] >= 12
    for row in rows:
        case = next(case for path, case in CASES.items() if row["url"].endswith(path))
        assert row["body"].split("\n") == case.paragraphs
        assert row["captions"] == case.captions
    assert {row["version"] for row in rows} == {1}  # the portal changed nothing


def test_a_replay_into_an_empty_archive_learns_the_same(crawled: Crawled, tmp_path: Path) -> None:
    shutil.copytree(crawled.nights.data / "warc", tmp_path / "warc")
    crawled.huyen("replay", "--json", str(tmp_path / "warc"), data=tmp_path)
    assert crawled.rows(tmp_path) == crawled.rows()


def test_a_replay_into_its_own_archive_changes_nothing(crawled: Crawled) -> None:
    before = crawled.rows()
    report = json.loads(crawled.huyen("replay", "--json", str(crawled.nights.data / "warc")))
    assert not {"new", "changed", "reread", "lost", "duplicate", "settled"} & report["counts"].keys()
    assert crawled.rows() == before


def test_another_night_finds_every_page_unchanged(crawled: Crawled) -> None:
    again = crawled.nights.crawl("-a", "full=1")["counts"]
    assert again["unchanged"] == crawled.counts["new"]
    assert "changed" not in again


def test_reading_a_page_tells_what_was_cut_and_on_how_many_pages_it_stood(
    crawled: Crawled, tmp_path: Path
) -> None:
    path, case = next(iter(CASES.items()))
    saved = tmp_path / "tin.html"
    saved.write_bytes(case.body)
    url = f"{crawled.nights.url}{path}"
    answer = json.loads(crawled.huyen("read", str(saved), "--url", url, "--explain", "--json"))
    assert answer["body"].split("\n") == case.paragraphs
    cut = [line for line in answer["explain"] if "of" in line]
    assert len(cut) == len(PLANTED)
    assert all(line["pages"] == line["of"] >= 12 for line in cut)
    shown = crawled.huyen("read", str(saved), "--url", url, "--explain").splitlines()
    assert sum(f"on {cut[0]['pages']} of {cut[0]['of']} pages]" in line for line in shown) == len(PLANTED)
    assert sum(line.startswith("body ") for line in shown) == len(case.paragraphs)
    assert shown[0].startswith(f"confidence {answer['confidence']:.2f}  witnesses: {answer['witnesses'][0]}")
    assert all(len(line) <= 120 for line in shown)


def test_without_an_archive_a_page_is_read_all_the_same(crawled: Crawled) -> None:
    path, case = next(iter(CASES.items()))
    registry = load(crawled.nights.registry)
    answer = read_page(case.body, f"{crawled.nights.url}{path}", moment(None), registry, explain=True)
    assert {line["role"] for line in answer["explain"]} >= {"title", "body", "caption"}
    assert not any("of" in line for line in answer["explain"])
