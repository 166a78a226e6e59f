"""Metrics: what Prometheus would read of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.commands.collect.crawl import _write_metrics
from crawler.config import Config
from crawler.night import metrics
from crawler.registry.load import load
from storage.database import open_database
from storage.runs import runs
from storage.runs.records import RunRecord
from storage.vocabulary import Outcome, Verdict

BEGAN = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
RUN = RunRecord(
    1,
    "nghe-an.do-luong",
    "http://127.0.0.1:1/a",
    BEGAN,
    BEGAN + timedelta(seconds=90),
    "ok",
    counts={"new": 3, "requests": 12, "bytes": 123_456_789_012},
)
SUMMARY = {
    "started_at": BEGAN,
    "seconds": 61.5,
    "status": 1,
    "not_begun": ["x"],
    "registry_errors": [],
    "totals": {"cpu_seconds": 3.2},
}


def parsed(text: str) -> dict[str, dict[str, float]]:
    """Labels and value of each sample by name of metric, as Prometheus' own parser reads them."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        assert family.type == "gauge"
        assert family.documentation
        assert family.name not in found  # one group a metric
        found[family.name] = {}
        for sample in family.samples:
            assert sample.name == family.name
            order = sorted(
                sample.labels.items(), key=lambda label: (label[0] in ("outcome", "verdict"), label)
            )
            labels = ",".join(f'{name}="{value}"' for name, value in order)
            assert labels not in found[family.name]
            found[family.name][labels] = sample.value
    return found


def test_the_names_are_those_of_the_guide() -> None:
    """Dashboards and alert rules name them: a change here breaks them."""
    assert set(parsed(metrics.exposition([RUN], SUMMARY))) == {
        *(f"huyen_run_{name}" for name in ("healthy", "verdict", "urls", "requests", "errors")),
        *(f"huyen_run_{name}" for name in ("received_bytes", "duration_seconds")),
        *(f"huyen_run_{name}_timestamp_seconds" for name in ("started", "finished")),
        *(f"huyen_crawl_{name}" for name in ("started_timestamp_seconds", "duration_seconds", "status")),
        *(f"huyen_crawl_{name}" for name in ("cpu_seconds", "not_begun", "registry_errors")),
    }


def test_every_number_of_a_run_is_there_under_its_labels() -> None:
    found = parsed(metrics.exposition([RUN], SUMMARY))
    here = 'district="nghe-an.do-luong",portal="http://127.0.0.1:1/a"'
    assert found["huyen_run_healthy"] == {here: 1}
    assert found["huyen_run_verdict"] == {f'{here},verdict="ok"': 1}
    assert found["huyen_run_started_timestamp_seconds"] == {here: BEGAN.timestamp()}
    assert found["huyen_run_duration_seconds"] == {here: 90}
    assert found["huyen_run_requests"] == {here: 12}
    assert found["huyen_run_received_bytes"] == {here: 123_456_789_012}
    assert found["huyen_run_urls"][f'{here},outcome="new"'] == 3
    assert len(found["huyen_run_urls"]) == len(Outcome)
    assert found["huyen_crawl_duration_seconds"] == {"": 61.5}
    assert found["huyen_crawl_not_begun"] == {"": 1}


def test_a_run_that_nobody_saw_end_has_no_end_and_is_not_healthy() -> None:
    found = parsed(metrics.exposition([replace(RUN, finished_at=None, verdict="died", counts={})]))
    assert list(found["huyen_run_healthy"].values()) == [0]
    assert found["huyen_run_finished_timestamp_seconds"] == {}
    assert found["huyen_run_duration_seconds"] == {}


def test_a_clock_that_was_set_back_makes_no_negative_duration() -> None:
    found = parsed(metrics.exposition([replace(RUN, finished_at=BEGAN - timedelta(hours=1))]))
    assert list(found["huyen_run_duration_seconds"].values()) == [0]


def test_labels_are_escaped() -> None:
    text = metrics.exposition([replace(RUN, portal='a"b\\c\nd')])
    assert 'portal="a\\"b\\\\c\\nd"' in text
    (labels,) = parsed(text)["huyen_run_healthy"]
    assert labels.endswith('portal="a"b\\c\nd"')


def test_a_portal_that_left_the_registry_raises_no_alarm(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    for portal in ("http://a.example", "http://b.example"):
        runs.finish(database, runs.start(database, "ha-nam.x", portal), Verdict.BROKEN, {})
    (tmp_path / "ha-nam.toml").write_text(
        '[x]\nname = "X"\nkind = "huyện"\ncode = "990"\n[[x.portals]]\nurl = "http://b.example"\n'
        'family = "generic"\n',
        encoding="utf-8",
    )
    config = Config(data=tmp_path, database_url="", registry=(tmp_path / "ha-nam.toml",))
    _write_metrics(config, database, load(config.registry), SUMMARY)
    database.close()
    found = parsed((tmp_path / "metrics" / "huyen.prom").read_text(encoding="utf-8"))
    assert [labels.partition("portal=")[2] for labels in found["huyen_run_healthy"]] == ['"http://b.example"']


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "metrics" / "huyen.prom"
    metrics.write(path, "first\n")
    with path.open() as reading:
        metrics.write(path, "second, and longer\n")
        assert reading.read() == "first\n"
    assert path.read_text() == "second, and longer\n"
    assert [one.name for one in path.parent.iterdir()] == ["huyen.prom"]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "huyen.prom"
    path.mkdir()
    with pytest.raises(OSError, match=r"huyen\.prom"):
        metrics.write(path, "text\n")
    assert [one.name for one in tmp_path.iterdir()] == ["huyen.prom"]
