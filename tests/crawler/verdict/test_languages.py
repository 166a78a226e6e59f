"""The evidence of every rule in Vietnamese, also after the database kept it."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.verdict.judge import verdict
from crawler.verdict.tally import Past, Tally
from storage.database import Database
from storage.language.messages import Message, shown, speaking
from storage.runs import runs
from storage.vocabulary import Outcome, Verdict
from tests.crawler.verdict.test_judge import CASES
from tests.english import english


@pytest.mark.parametrize(
    ("counted", "before"), [case[1:3] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_rule_speaks_vietnamese(counted: Tally, before: Past) -> None:
    _, evidence = verdict(counted, None, before)
    with speaking("vi"):
        said = [shown(sentence) for sentence in evidence]
    assert [(sentence, words) for sentence in said if (words := english(sentence))] == []
    assert all(isinstance(sentence, Message) for sentence in evidence)


def test_evidence_keeps_its_languages_in_the_database(db: Database) -> None:
    tally = Tally(listings={"/a": {"links": 3}, "/b": {"links": 0}}, requests=4)
    _, evidence = verdict(tally, None, Past(days=[date(2025, 5, 14)]))
    run_id = runs.start(db, "nghe-an.do-luong", "https://p.vn")
    runs.finish(db, run_id, Verdict.QUIET, {Outcome.LISTING: 2}, evidence)
    (kept,) = runs.listed(db)
    assert kept.evidence == ["nothing new on 2 listing pages; latest article of 2025-05-14"]
    with speaking("vi"):
        assert [shown(one) for one in kept.evidence] == [
            "không có bài mới trên 2 trang danh mục; bài mới nhất ngày 14/05/2025"
        ]


def test_evidence_of_an_earlier_version_stays_as_it_is(db: Database) -> None:
    run_id = runs.start(db, "nghe-an.do-luong", "https://p.vn")
    runs.finish(db, run_id, Verdict.QUIET, {}, ["nothing new on 2 listing pages"])
    with speaking("vi"):
        assert [shown(one) for one in runs.listed(db)[0].evidence] == ["nothing new on 2 listing pages"]
