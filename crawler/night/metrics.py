"""The last run of every portal as metrics: a file for the textfile collector of Prometheus' node exporter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from storage.files import whole
from storage.runs.records import RunRecord
from storage.vocabulary import HEALTHY, Outcome

Sample = tuple[Mapping[str, str], float]

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
# Name, help, and the value of a run; None leaves its sample out. All are gauges: a run begins at nothing.
_OF_A_RUN: tuple[tuple[str, str, Callable[[RunRecord], float | None]], ...] = (
    (
        "huyen_run_healthy",
        "1 where the verdict of the last run needs no person.",
        lambda run: run.verdict in HEALTHY,
    ),
    (
        "huyen_run_started_timestamp_seconds",
        "When the last run began.",
        lambda run: run.started_at.timestamp(),
    ),
    (
        "huyen_run_finished_timestamp_seconds",
        "When the last run ended; missing where nobody saw it end.",
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


def exposition(runs: Iterable[RunRecord], summary: Mapping[str, Any] | None = None) -> str:
    """The text format of Prometheus (0.0.4): `runs`, each portal's last one, and the crawl that just ended.

    `summary` is that of crawler.night.summary. Timestamps are Unix seconds.
    """
    runs = list(runs)
    return "".join(_lines(runs, summary))


def write(path: Path, text: str) -> None:
    """Puts `text` at `path` whole: a collector never reads half of it. Makes the folder. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as stream:  # its temporary name is no *.prom, which is what the collector reads
        stream.write(text)


def _lines(runs: list[RunRecord], summary: Mapping[str, Any] | None) -> Iterator[str]:
    for name, about, value in _OF_A_RUN:
        found = ((_labels(run), value(run)) for run in runs)
        yield from _family(name, about, ((labels, float(n)) for labels, n in found if n is not None))
    yield from _family(
        "huyen_run_verdict",
        "The verdict of the last run, as a label.",
        ((_labels(run) | {"verdict": str(run.verdict)}, 1.0) for run in runs),
    )
    yield from _family(
        "huyen_run_urls",
        "URLs of the last run by the outcome in which they ended.",
        (
            (_labels(run) | {"outcome": str(outcome)}, float(run.counts.get(outcome, 0)))
            for run in runs
            for outcome in Outcome
        ),
    )
    if summary is not None:
        began = summary["started_at"].timestamp()
        night: tuple[tuple[str, str, float], ...] = (
            ("huyen_crawl_started_timestamp_seconds", "When the last huyen crawl began.", began),
            ("huyen_crawl_duration_seconds", "How long it took.", summary["seconds"]),
            ("huyen_crawl_status", "Its exit status.", summary["status"]),
            ("huyen_crawl_cpu_seconds", "CPU time of its crawls.", summary["totals"]["cpu_seconds"]),
            ("huyen_crawl_not_begun", "Districts that it did not come to.", len(summary["not_begun"])),
            (
                "huyen_crawl_registry_errors",
                "Entries that it could not read.",
                len(summary["registry_errors"]),
            ),
        )
        for name, about, number in night:
            yield from _family(name, about, [({}, float(number))])


def _labels(run: RunRecord) -> dict[str, str]:
    return {"district": run.district_id, "portal": run.portal}


def _family(name: str, about: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {about}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        inside = ",".join(f'{label}="{text.translate(_ESCAPES)}"' for label, text in labels.items())
        yield f"{name}{{{inside}}} {value:.15g}\n" if inside else f"{name} {value:.15g}\n"
