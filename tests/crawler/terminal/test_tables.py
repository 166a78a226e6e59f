"""How runs look to a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.terminal import tables
from storage.language.messages import speaking
from storage.runs.records import RunRecord
from storage.vocabulary import Verdict


def test_runs_fit_80_columns() -> None:
    began = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    found = [
        RunRecord(
            number,
            "ba-ria-vung-tau.long-dien",
            "https://longdien.baria-vungtau.gov.vn/huyen-nha",
            began,
            finished_at=began + timedelta(hours=13, seconds=number),
            verdict=verdict,
            counts={"new": 98_765, "changed": 4_321, "failed": 12_345},
            evidence=[
                "listing /tin-tuc: 0 links, 12 on the last 30 runs",
                "half of the articles are undated",
            ],
        )
        for number, verdict in enumerate(Verdict, 123_456)
    ]
    for language in ("en", "vi"):
        with speaking(language):
            lines = tables.runs(found).splitlines()
            assert max(map(len, lines)) <= 80
            assert len(lines) > 2 * len(found)
            assert "longdien.baria-vungtau.gov.vn/huyen-nha" in "".join(lines)
