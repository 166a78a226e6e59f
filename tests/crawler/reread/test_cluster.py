"""Files read by many machines, span by span: the same rows as one process gives, whatever dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import KilledWorker, LocalCluster

from crawler.errors import Refused
from crawler.registry.load import Registry, load
from crawler.reread import cluster as clusters
from crawler.reread import dealing
from crawler.reread.captures import Look, Owners, looks
from crawler.reread.cluster import Cluster, read_here
from crawler.reread.dealing import Dealer, Processes
from crawler.reread.marks import Bookmark
from crawler.reread.replay import replay
from crawler.reread.spans import Found, Order, Readers, Span, halves, packed, walked
from crawler.reread.spans import readers as pool
from storage.database import Database, open_database
from storage.export.export import export
from storage.warc.captures import Exchange
from storage.warc.writer import PAGES, WarcWriter
from tests.crawler.reread.test_replay import FOREIGN, REGISTRY, page, response
from tests.pipelines.repeating import TEMPLATES, cases
from tests.warcs import packed as members

SITE = "https://doluong.nghean.gov.vn"
COUNT = 20
MOST = 10**9
HTML = [(b"Content-Type", b"text/html; charset=utf-8")]


class Here:
    """Stands for the client of a scheduler: what is submitted is done at once, in this process."""

    def __init__(self) -> None:
        self.orders: list[Order] = []

    def scheduler_info(self) -> dict[str, Any]:
        return {"workers": {"one": None, "two": None}}

    def submit(self, work: Callable[[Order], Found], order: Order, pure: bool) -> Future[Found]:
        self.orders.append(order)
        done: Future[Found] = Future()
        try:
            done.set_result(work(order))
        except KilledWorker as error:
            done.set_exception(error)
        return done


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(f"sqlite:///{tmp_path / 'many.db'}")) as database:
        yield database


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    (tmp_path / "nghe-an.toml").write_text(REGISTRY, encoding="utf-8")
    return load(tmp_path / "nghe-an.toml").strict()


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with pool(1) as readers:
        yield readers


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    """What our own crawl keeps of a portal whose furniture looks like its articles, in one file."""
    folder, begin = tmp_path / "warc", datetime(2026, 1, 1, tzinfo=UTC)
    known = None
    with WarcWriter(folder, "nghe-an.do-luong", {"description": PAGES}) as writer:
        for number, case in enumerate(cases(TEMPLATES[1], COUNT)):
            url = f"{SITE}/tin-tuc/bai-viet-ve-huyen-ta-so-{number}.html"
            note = {"asked": url, "page": url, "district": "nghe-an.do-luong", "portal": SITE}
            at = begin + timedelta(minutes=number)
            sent = Exchange(url, 200, HTML, case.body, at)
            known = writer.write(sent, page=note)
    assert known is not None
    (path,) = folder.glob("*.warc.gz")
    return path


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch, readers: Readers) -> None:
    """Machines that are this process read with the processes that all tests share."""
    monkeypatch.setattr(clusters, "_pools", {readers.jobs: readers})


def standing(jobs: int, **more: Any) -> Cluster:
    cluster = Cluster("tcp://here", jobs, **more)
    cluster._client = Here()
    return cluster


def told(db: Database, path: Path) -> list[str]:
    export(db, path, "jsonl")
    return path.read_text(encoding="utf-8").splitlines()


def by_one(tmp_path: Path, registry: Registry, path: Path, readers: Readers) -> list[str]:
    with closing(open_database(f"sqlite:///{tmp_path / 'one.db'}")) as db:
        replay([path], path.parent, registry, db, readers=readers)
        return told(db, tmp_path / "one.jsonl")


def bare(look: Any) -> Any:
    return replace(look, page=None, answer=None) if isinstance(look, Look) else look


@pytest.fixture
def smallest(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file begins with small spans of their own."""
    monkeypatch.setattr(dealing, "_SMALL", 0)


@pytest.mark.usefixtures("smallest")
@pytest.mark.parametrize("size", [1_500, 40_000, MOST])
def test_spans_have_every_capture_once(warc: Path, registry: Registry, readers: Readers, size: int) -> None:
    dealer = Dealer(Processes(readers, size), registry)
    met = list(dealer.looks(warc, warc.parent, Owners(registry)))
    assert [bare(one) for one in met] == [bare(one) for one in looks(warc, warc.parent, Owners(registry))]
    assert len(met) == COUNT
    assert all(isinstance(look, Look) and look.answer for look in met)


@pytest.mark.usefixtures("smallest")
@pytest.mark.parametrize("size", [100, 701, 2_000])
def test_what_looks_like_a_record_within_another_begins_no_span(
    tmp_path: Path, registry: Registry, readers: Readers, size: int
) -> None:
    within = page("Bản tin") + b"\n" + b"".join(FOREIGN[2:6]) + b"\n</html>"
    path = tmp_path / "chep.warc"
    path.write_bytes(b"".join([*FOREIGN[:3], response("/tin/luu-tru-so-9-1009", within), *FOREIGN[3:8]]))
    dealer = Dealer(Processes(readers, size), registry)
    met = list(dealer.looks(path, tmp_path, Owners(registry)))
    assert [bare(one) for one in met] == [bare(one) for one in looks(path, tmp_path, Owners(registry))]


def test_a_span_is_halved_until_a_record_stands_alone(warc: Path, registry: Registry) -> None:
    def alone(span: Span) -> Iterator[Span]:
        two = halves(warc.parent, span)
        if two is None:
            yield span
            return
        for one in two:
            yield from alone(one)

    single = list(alone(Span(warc.name, 0, warc.stat().st_size)))
    own = Owners(registry)
    counts = [sum(one.offset < span.end for one in walked(warc.parent, span, own)) for span in single]
    assert (max(counts), sum(counts)) == (1, COUNT)
    assert single[0].start == 0
    assert all(a.end == b.start for a, b in pairwise(single))


@pytest.mark.usefixtures("shared", "smallest")
def test_what_machines_read_is_what_one_process_reads(
    tmp_path: Path, registry: Registry, warc: Path, readers: Readers, db: Database
) -> None:
    cluster = standing(readers.jobs, size=9_000)
    report = replay([warc], warc.parent, registry, db, readers=cluster)
    assert report.faults == []
    assert told(db, tmp_path / "many.jsonl") == by_one(tmp_path, registry, warc, readers)
    assert report.counts["new"] == COUNT
    assert len(cluster._client.orders) == -(-warc.stat().st_size // 9_000)


@pytest.mark.usefixtures("shared", "smallest")
def test_files_of_others_go_to_machines_once_they_are_brought_in(
    tmp_path: Path, registry: Registry, readers: Readers, archive: Database
) -> None:
    path, folder = tmp_path / "cu.warc.gz", tmp_path / "warc"
    path.write_bytes(members(FOREIGN))
    cluster = standing(readers.jobs, size=700)
    report = replay([path], folder, registry, archive, readers=cluster)
    assert len(cluster._client.orders) > 2
    rows = told(archive, tmp_path / "many.jsonl")
    with closing(open_database(f"sqlite:///{tmp_path / 'one.db'}")) as other:
        alone = replay([path], tmp_path / "again", registry, other, readers=readers)
        assert rows == told(other, tmp_path / "one.jsonl")
    assert report.counts == alone.counts


@pytest.mark.usefixtures("shared", "smallest")
def test_a_record_on_which_machines_die_is_named_and_costs_no_other(
    tmp_path: Path, registry: Registry, warc: Path, readers: Readers, archive: Database
) -> None:
    offsets = [look.offset for look in looks(warc, warc.parent, Owners(registry))]

    def deadly(order: Order) -> Found:
        if order.span.start <= offsets[7] < order.span.end:
            raise KilledWorker("span", None, 3)  # type: ignore[no-untyped-call]
        return read_here(order)

    cluster = standing(readers.jobs, work=deadly)
    report = replay([warc], warc.parent, registry, archive, readers=cluster)
    assert len(report.faults) == 1
    assert f"{warc.name} offset {offsets[7]}: {SITE}/tin-tuc/bai-viet-ve-huyen-ta-so-7" in report.faults[0]
    assert report.reasons["failed:reader_died"] == 1
    assert report.counts["new"] == COUNT - 1


@pytest.mark.usefixtures("shared", "smallest")
def test_a_rerun_asks_only_for_what_is_missing(
    tmp_path: Path, registry: Registry, warc: Path, readers: Readers, archive: Database
) -> None:
    offsets = [look.offset for look in looks(warc, warc.parent, Owners(registry))]
    Bookmark.load(archive, "x").save(str(warc), offsets[12])
    cluster = standing(readers.jobs, size=9_000)
    replay([warc], warc.parent, registry, archive, readers=cluster, bookmark=Bookmark.load(archive, "x"))
    assert cluster._client.orders[0].span.start == offsets[12]
    assert Bookmark.load(archive, "x").places == {}


def once_deadly(order: Order) -> Found:
    """Reads a span; the first process of all that comes to it is killed."""
    with suppress(FileExistsError):
        (Path(order.folder).parent / "killed").touch(exist_ok=False)
        os.kill(os.getpid(), signal.SIGKILL)
    return read_here(order)


@pytest.mark.slow
def test_a_machine_that_is_killed_costs_nothing(
    tmp_path: Path, registry: Registry, warc: Path, readers: Readers
) -> None:
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as machines,  # type: ignore[no-untyped-call]
        closing(open_database(f"sqlite:///{tmp_path / 'many.db'}")) as db,
        Cluster(machines.scheduler_address, 1, size=9_000, work=once_deadly) as cluster,
    ):
        report = replay([warc], warc.parent, registry, db, readers=cluster)
        rows = told(db, tmp_path / "many.jsonl")
    assert (tmp_path / "killed").exists()
    assert (report.captures, report.faults) == (COUNT, [])
    assert rows == by_one(tmp_path, registry, warc, readers)


def test_a_scheduler_that_does_not_answer_is_wrong_use(
    tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "_SECONDS", 0.2)
    with (
        pytest.raises(Refused, match="no scheduler answers at tcp"),
        Cluster("tcp://127.0.0.1:9"),
    ):
        pass


def test_another_version_of_the_reader_is_refused(warc: Path, registry: Registry) -> None:
    order = Order(str(warc.parent), Span(warc.name, 0, MOST), packed(registry), {}, version="huyen 0.0.1")
    with pytest.raises(RuntimeError, match="has the reader huyen"):
        read_here(order)
