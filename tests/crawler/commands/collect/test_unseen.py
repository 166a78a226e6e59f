"""A portal that nobody has looked at is crawled only where its district is named."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from crawler.cli import main

HEAD = '[{0}]\nname = "{1}"\nkind = "huyện"\ncode = "{2}"\n'
PORTAL = '[[{0}.portals]]\nurl = "http://127.0.0.1:9/{1}"\nfamily = "generic"\ndelay = 0\nstatus = "{2}"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a registry: one portal that is seen, one beside it and two districts that are
    not.
    """
    for name in [name for name in os.environ if name.startswith("HUYEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUYEN_REGISTRY", "registry")
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "nghe-an.toml").write_text(
        HEAD.format("do-luong", "Đô Lương", "427")
        + PORTAL.format("do-luong", "moi", "live")
        + PORTAL.format("do-luong", "cu", "unseen")
        + HEAD.format("ky-son", "Kỳ Sơn", "417")
        + PORTAL.format("ky-son", "ky-son", "unseen"),
        encoding="utf-8",
    )
    (tmp_path / "registry" / "ha-nam.toml").write_text(
        HEAD.format("ly-nhan", "Lý Nhân", "353") + PORTAL.format("ly-nhan", "ly-nhan", "unseen"),
        encoding="utf-8",
    )
    return tmp_path


def crawled(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[dict[str, Any], str]:
    """The summary of a crawl, and what was said beside it."""
    main(["crawl", *arguments, "--json"])
    out, err = capsys.readouterr()
    return json.loads(out), err


@pytest.mark.slow
def test_a_night_leaves_out_what_nobody_has_looked_at(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary, said = crawled(capsys, "--all")
    assert [run["portal"] for run in summary["runs"]] == ["http://127.0.0.1:9/moi"]
    assert summary["unseen"] == 3 and not summary["not_begun"]
    assert "left out: 3 unseen portals; name a district to crawl its portals" in said


@pytest.mark.slow
def test_a_district_that_is_named_is_crawled_as_it_stands(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary, said = crawled(capsys, "ly-nhan", "do-luong")
    asked = {run["portal"].rpartition("/")[2] for run in summary["runs"]}
    assert asked == {"moi", "cu", "ly-nhan"}
    assert summary["unseen"] == 0 and "left out" not in said


def test_a_crawl_of_unseen_portals_alone_does_not_begin(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["crawl", "--province", "ha-nam"]) == 2
    assert "nobody has looked at the 1 unseen portal;" in capsys.readouterr().err


@pytest.mark.slow
def test_a_night_reads_every_layer_in_every_process(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One's own layer says that a portal lives, and adds one; the crawling processes must know it, too."""
    own = folder / "own"
    own.mkdir()
    (own / "nghe-an.toml").write_text(
        '[[ky-son.portals]]\nurl = "http://127.0.0.1:9/ky-son"\nstatus = "live"\n'
        '[[ky-son.portals]]\nurl = "http://127.0.0.1:9/them"\nfamily = "generic"\ndelay = 0\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("HUYEN_REGISTRY", "registry:own")
    summary, _ = crawled(capsys, "--all")
    asked = sorted(run["portal"].rpartition("/")[2] for run in summary["runs"])
    assert (asked, summary["unseen"]) == (["ky-son", "moi", "them"], 2)
