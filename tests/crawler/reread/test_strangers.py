"""A host that no entry names is counted, named and proposed; what pages merely link to is not."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import pytest

from crawler.cli import main
from crawler.registry.load import load
from crawler.reread.strangers import Strangers, owner, proposal
from tests.crawler.reread.test_foreign import BODY, HOST, PATH, crawled
from tests.crawler.reread.test_replay import REGISTRY
from tests.warcs import packed

OTHER = "kybac.nghean.gov.vn"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    (tmp_path / "nghe-an.toml").write_text(REGISTRY, encoding="utf-8")
    monkeypatch.setenv("HUYEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "nghe-an.toml"))
    return tmp_path


def replayed(place: Path, records: list[bytes], *options: str) -> int:
    path = place / "someone.warc.gz"
    path.write_bytes(packed(records))
    return main(["replay", str(path), "--jobs", "1", *options])


@pytest.mark.slow
def test_a_portal_without_an_entry_is_proposed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = [crawled(f"https://{OTHER}/tin/bai-so-{n}-200{n}") for n in range(3)]
    assert replayed(place, [*pages, crawled()]) == 1
    out, err = capsys.readouterr()
    assert "3 off_site" in out and "1 new" in out
    assert f"no entry of the registry names {OTHER}: 3 captures left out" in err
    lines = [line[4:] for line in err.splitlines() if line.startswith("    ")]
    entry = tomllib.loads("\n".join(lines).replace("ten-huyen", "ky-bac"))
    assert entry["ky-bac"]["portals"] == [{"url": f"https://{OTHER}", "family": "generic"}]
    assert replayed(place, [*pages, crawled()], "--json") == 1
    assert json.loads(capsys.readouterr().out)["strangers"] == {OTHER: 3}


@pytest.mark.slow
def test_what_pages_link_to_is_no_portal(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = [crawled(f"http://{HOST}{PATH[:-1]}{n}", BODY + bytes([48 + n])) for n in range(10)]
    strange = [
        crawled("http://fonts.example/a.css", b"a {}", http={"Content_Type": "text/css"}),
        crawled("http://tinh.example/van-ban/1", first="HTTP/1.1 404 Not Found"),
        crawled("http://bao.example/tin/1"),
    ]
    assert replayed(place, [*pages, *strange]) == 0
    out, err = capsys.readouterr()
    assert "3 off_site" in out and "entry" not in err


def test_a_host_counts_by_its_pages() -> None:
    found = Strangers(known=20)
    for n in range(30):
        found.met(f"http://www.a.example:8080/{n}", page=n < 4)
        found.met(f"dns:b{n}.example", page=False)
    found.met("http://c.example/", page=True)
    assert found.portals() == ["www.a.example:8080"]
    assert found.captures["www.a.example:8080"] == 30


def test_a_proposal_for_a_known_host_loads_as_it_stands(tmp_path: Path) -> None:
    seat = owner("www.doluong.nghean.gov.vn")
    assert seat is not None and seat.id == "nghe-an.do-luong"
    text = "\n".join(proposal("http://doluong.nghean.gov.vn", seat))
    (tmp_path / str(re.findall(r"[\w-]+\.toml", text)[0])).write_text(text, encoding="utf-8")
    registry = load(tmp_path)
    assert (registry.errors, [d.id for d in registry.districts]) == ((), ["nghe-an.do-luong"])
    assert owner("khong-ai-biet.example") is None
