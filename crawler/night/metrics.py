"""The last run of every portal as metrics: a file for the textfile collector of Prometheus' node exporter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from storage.files import whole
from storage.runs.records import RunRecord
from storage.vocabulary import HEALTHY, Outcome

# Name, help, and the value of a run; None leaves its sample out. All are gauges: a run begins at nothing.
_OF_A_RUN: tuple[tuple[str, str, Callable[[RunRecord], float | None]], ...] = (
    (
        "huyen_run_healthy",
        "1 if the last run needs no attention, by its verdict.",
        lambda run: run.verdict in HEALTHY,
    ),
    (
        "huyen_run_started_timestamp_seconds",
        "When the last run began.",
        lambda run: run.started_at.timestamp(),
    ),
    (
        "huyen_run_finished_timestamp_seconds",
        "When the last run ended; missing if nobody saw it end.",
        lambda run: run.finished_at.timestamp() if run.finished_at else None,
    ),
    (
        "huyen_run_duration_seconds",
        "How long the last run took.",
        lambda run: run.seconds,
    ),
    ("huyen_run_requests", "Requests that the last run sent.", lambda run: run.counts.get("requests", 0)),
    (
        "huyen_run_received_bytes",
        "Bytes that the last run received.",
        lambda run: run.counts.get("bytes", 0),
    ),
    (
        "huyen_run_errors",
        "Errors of our own code in the last run.",
        lambda run: run.counts.get("errors", 0),
    ),
)
_OF_A_CRAWL: tuple[tuple[str, str, Callable[[Mapping[str, Any]], float]], ...] = (
    (
        "huyen_crawl_started_timestamp_seconds",
        "When the last huyen crawl began.",
        lambda summary: summary["started_at"].timestamp(),
    ),
    ("huyen_crawl_duration_seconds", "How long it took.", lambda summary: summary["seconds"]),
    ("huyen_crawl_status", "Its exit status.", lambda summary: summary["status"]),
    ("huyen_crawl_cpu_seconds", "CPU time of its workers.", lambda summary: summary["totals"]["cpu_seconds"]),
    (
        "huyen_crawl_not_begun",
        "Districts that it did not come to.",
        lambda summary: len(summary["not_begun"]),
    ),
    (
        "huyen_crawl_registry_errors",
        "Registry entries that it could not read.",
        lambda summary: len(summary["registry_errors"]),
    ),
)
_LABELS = ("district", "portal")


def exposition(runs: Iterable[RunRecord], summary: Mapping[str, Any] | None = None) -> str:
    """Returns the text format of Prometheus (0.0.4): the last run of each portal, and the crawl just ended.

    `summary` is that of crawler.night.summary. Timestamps are Unix seconds.
    """
    registry = CollectorRegistry()
    last = list(runs)
    for name, about, value in _OF_A_RUN:
        gauge = Gauge(name, about, _LABELS, registry=registry)
        for run in last:
            if (number := value(run)) is not None:
                gauge.labels(run.district_id, run.portal).set(number)
    verdict = Gauge(
        "huyen_run_verdict",
        "The verdict of the last run, as a label.",
        (*_LABELS, "verdict"),
        registry=registry,
    )
    urls = Gauge(
        "huyen_run_urls",
        "URLs of the last run, by outcome.",
        (*_LABELS, "outcome"),
        registry=registry,
    )
    for run in last:
        verdict.labels(run.district_id, run.portal, str(run.verdict)).set(1)
        for outcome in Outcome:
            urls.labels(run.district_id, run.portal, str(outcome)).set(run.counts.get(outcome, 0))
    if summary is not None:
        for name, about, value_of in _OF_A_CRAWL:
            Gauge(name, about, registry=registry).set(value_of(summary))
    return generate_latest(registry).decode("utf-8")


def write(path: Path, text: str) -> None:
    """Puts `text` at `path` whole: a collector never reads half of it. Makes the folder. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as stream:  # its temporary name is no *.prom, which is what the collector reads
        stream.write(text)
