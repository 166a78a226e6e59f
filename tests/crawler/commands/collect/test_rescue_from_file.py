"""`huyen rescue --from FILE`: what somebody else's file has of the districts named, and of no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.cli import main
from tests.crawler.reread.test_foreign import HOST, crawled
from tests.crawler.reread.test_replay import REGISTRY, TITLE, page
from tests.wacz import package
from tests.warcs import packed

Run = Callable[..., tuple[int, str, str]]
OTHER = "giavien.ninhbinh.gov.vn"
OF_OTHER = f"""
[gia-vien]
name = "Gia Viễn"
kind = "huyện"
code = "373"
[[gia-vien.portals]]
url = "https://{OTHER}"
family = "generic"
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def huyen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line where two districts are registered, beside x.wacz with an article of each."""
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "nghe-an.toml").write_text(REGISTRY, encoding="utf-8")
    (tmp_path / "registry" / "ninh-binh.toml").write_text(OF_OTHER, encoding="utf-8")
    records = [
        crawled(f"http://{host}/tin/giao-ban-so-{n}-100{n}", page(f"{TITLE}{n}"))
        for n, host in enumerate((HOST, OTHER), 1)
    ]
    (tmp_path / "x.wacz").write_bytes(package({"archive/a.warc.gz": packed(records)}))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HUYEN_REGISTRY", str(tmp_path / "registry"))
    monkeypatch.setenv("HUYEN_MIN_FREE_MB", "0")

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(list(arguments))
        return status, *capsys.readouterr()

    return run


def test_only_the_districts_named_are_brought_in(huyen: Run) -> None:
    status, out, _ = huyen("rescue", "gia-vien", "--from", "x.wacz", "--json")
    assert (status, json.loads(out)["counts"]) == (0, {"new": 1, "off_site": 1, "too_large": 0})
    lines = huyen("export", "--columns", "district_id,title")[1].splitlines()
    assert lines[1:] == [f"ninh-binh.gia-vien,{TITLE}2"]
    assert huyen("rescue", "--all", "--from", "x.wacz")[0] == 0
    assert len(huyen("export", "--columns", "id")[1].splitlines()) == 3


def test_what_does_not_go_with_a_file_is_refused(huyen: Run) -> None:
    for more in (["--list"], ["--limit", "3"], ["--since", "2024-01-01"]):
        status, _, err = huyen("rescue", "gia-vien", "--from", "x.wacz", *more)
        assert (status, "are for archives, not for a file" in err) == (2, True)
    assert "a file that exists" in huyen("rescue", "gia-vien", "--from", "y.wacz")[2]
