"""Full-text search: folding, phrases, and queries that mean nothing."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.articles.queries import sync_registry
from storage.database import Database, open_database
from storage.errors import StorageError
from storage.search.grammar import Phrase, parse
from storage.search.search import COUNTED, count, search
from storage.text import as_typed, searchable
from tests.storage.making import DISTRICTS, article, keep


def found(db: Database, query: str) -> list[str]:
    return sorted(hit.url.rpartition("/")[2] for hit in search(db, query))


@pytest.fixture
def filled(db: Database) -> Database:
    sync_registry(db, DISTRICTS)
    keep(
        db,
        [
            article(
                "a", title="UBND huyện Đô Lương họp giao ban", body=("Vụ Đông 18-NQ/TW ngày 26/10/2023.",)
            ),
            article("b", title="Ngày hội ở Lường Đô", body=("Giao lưu.",), captions=("Ảnh: Hữu Hoàn",)),
            article("c", title="Tin khác", body=("ubnd_huyen",), author="Sỹ Bắc", published_at="2024"),
        ],
    )
    return db


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Đô Lương", ["a"]),
        ("do luong", ["a", "b"]),
        ("ĐÔ LƯƠNG", ["a"]),
        ("đô lường", ["b"]),
        ("đô luong", ["a", "b"]),
        ("do lương", ["a"]),
        ('"đô lương"', ["a"]),
        ('"lường đô" ngày', ["b"]),
        ("26/10/2023", ["a"]),
        ("18-NQ/TW", ["a"]),
        ("10/26", []),
        ("huu hoan", ["b"]),
        ("sy bac", ["c"]),
        ("ubnd", ["a", "c"]),
        ("ubnd OR nothing", ["a", "c"]),
        ("nothing OR ubnd", ["a", "c"]),
        ("ubnd -huyện", ["c"]),
        ("ubnd -huyen", []),
        ('ngay -"giao lưu" -"đô lương"', []),
        ('ngay -"giao lưu"', ["a"]),
        ("huy*", ["a", "c"]),
        ("huyệ*", ["a"]),
        ("hu*", ["a", "b", "c"]),
        ('"họp gi"', []),
        ('"họp gi"*', ["a"]),
        ("18-NQ*", ["a"]),
        ("26/10/20*", ["a"]),
        ("Đo\u0302 Lươ\u031bng", []),
        ("Đo\u0302", ["a", "b"]),
        ("hop hội OR bắc", []),
        ("ubnd hội OR bắc", ["c"]),
    ],
)
def test_found(filled: Database, query: str, expected: list[str]) -> None:
    assert found(filled, query) == expected


def test_only_the_latest_version_counts(db: Database) -> None:
    kept = "Đoạn này đứng yên trong cả hai phiên bản của bài viết."
    keep(db, [article(body=("cũ rích", kept))])
    keep(db, [article(hours=1, body=("mới tinh", kept))])
    assert (found(db, "cu rich"), found(db, "moi tinh")) == ([], ["tin-1"])


def test_a_hit_says_what_it_is_and_the_latest_comes_first(filled: Database) -> None:
    keep(filled, [article("d", title="Tin d ubnd", published_at="2024-05")])
    hits = search(filled, "ubnd")
    assert [hit.url[-1] for hit in hits] == ["d", "c", "a"]
    assert (hits[0].district, hits[0].published_at, hits[0].title) == ("Đô Lương", "2024-05", "Tin d ubnd")
    assert [hit.url[-1] for hit in search(filled, "ubnd", 1, 1)] == ["c"]


@pytest.mark.parametrize("query", ["", " ", '""', "***", "-", "\0", '"', "OR", "- -", '-""'])
def test_a_query_without_a_word(query: str) -> None:
    with pytest.raises(StorageError, match=r"nothing to search for in .*: give at least one word"):
        parse(query)


def test_words_that_folding_makes_one_are_found_as_they_are_typed(db: Database) -> None:
    sync_registry(db, DISTRICTS)
    titles = {"de": "Vung de", "đe": "Cái đe", "đê": "Tuyến đê", "đề": "Chuyên đề", "để": "Nơi để xe"}
    keep(db, [article(word, title=title, body=("x",)) for word, title in titles.items()])
    assert [found(db, word) for word in ("đe", "đê", "đề", "để")] == [["đe"], ["đê"], ["đề"], ["để"]]
    assert found(db, "de") == sorted(titles)
    assert found(db, "DE") == found(db, "d*") == sorted(titles)
    assert found(db, "đ*") == sorted(set(titles) - {"de"})
    assert found(db, "ĐÊ") == ["đê"]
    assert found(db, "đê OR đề") == ["đê", "đề"]
    assert found(db, "de -đê -đề") == ["de", "đe", "để"]


@pytest.mark.parametrize("pair", [("Hoà", "Hòa"), ("khoẻ", "khỏe"), ("Thuỷ", "thủy"), ("quý", "Quý")])
def test_both_spellings_of_a_tone_are_one_word(db: Database, pair: tuple[str, str]) -> None:
    sync_registry(db, DISTRICTS)
    keep(db, [article("a", title=f"Xã {pair[0]} Bình"), article("b", title=f"Xã {pair[1]} Bình họp")])
    for word in pair:
        assert found(db, f'"{word} bình"') == found(db, word) == ["a", "b"]


def test_no_phrase_runs_from_one_text_into_another_or_into_its_other_spelling(db: Database) -> None:
    sync_registry(db, DISTRICTS)
    keep(db, [article("a", title="UBND xã họp", lead="Bàn việc làng", body=("Mua vu moi", "Bội thu"))])
    assert [found(db, f'"{said}"') for said in ("hop ubnd", "hop ban", "lang mua", "moi boi")] == [[]] * 4
    assert found(db, '"ubnd xã họp" "ban viec lang" "mua vu moi"') == ["a"]


def test_hits_are_sorted_by_relevance_if_asked(db: Database) -> None:
    sync_registry(db, DISTRICTS)
    much = article("nhieu", title="Đê điều", body=("Hộ đê, đắp đê, giữ đê.",), published_at="2020")
    little = article("it", title="Tin", body=("Đê " + "và nhiều chuyện khác nữa " * 40,), published_at="2024")
    keep(db, [much, little])
    assert [hit.url.rpartition("/")[2] for hit in search(db, "đê")] == ["it", "nhieu"]
    assert [hit.url.rpartition("/")[2] for hit in search(db, "đê", sort="relevance")] == ["nhieu", "it"]
    assert [hit.url.rpartition("/")[2] for hit in search(db, "đê", 1, 1, sort="relevance")] == ["it"]
    with pytest.raises(StorageError, match="cannot sort by 'x'; use one of date, relevance"):
        search(db, "đê", sort="x")


def test_a_count_is_of_articles_in_their_latest_version(
    filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(
        filled, [article("a", hours=1, title="UBND huyện Đô Lương họp giao ban lần nữa", body=("Vụ Đông.",))]
    )
    assert (count(filled, "ubnd"), count(filled, "khong-co")) == (2, 0)
    monkeypatch.setattr("storage.search.search.COUNTED", 1)
    assert (count(filled, "ubnd"), COUNTED) == (2, 10_000)


def test_the_newest_of_many_hits_are_those_of_few(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    more = [article(f"m{n}", title=f"ubnd {n}", published_at=f"20{n:02}") for n in range(10, 24)]
    keep(filled, more)
    before = [hit.id for hit in search(filled, "ubnd", 5)]
    monkeypatch.setattr("storage.search.search.MANY", 3)
    assert [hit.id for hit in search(filled, "ubnd", 5)] == before
    assert [hit.url.rpartition("/")[2] for hit in search(filled, "ubnd", 3)] == ["c", "m23", "m22"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("-ubnd", "one word that is not excluded"),
        ("a OR -b", "-b stands beside OR"),
        (" ".join(f"a{n}" for n in range(65)), "more than 64 terms"),
    ],
)
def test_a_query_that_asks_for_nothing_sensible(query: str, said: str) -> None:
    with pytest.raises(StorageError, match=said):
        parse(query)


def test_a_hit_shows_the_passage(db: Database) -> None:
    sync_registry(db, DISTRICTS)
    far = "Chuyện dài dòng kể mãi không hết. " * 8
    keep(db, [article("a", title="Tin", lead="Mở đầu.", body=("Đoạn một.", f"{far}Giữ đê sông Hồng, {far}"))])
    (hit,) = search(db, "đê")
    assert hit.passage.startswith("… ")
    assert "Giữ đê sông Hồng" in hit.passage
    assert hit.passage.endswith(" …")
    assert len(hit.passage) < 200
    assert search(db, "tin")[0].passage == "Mở đầu."


WORDS = ("đê", "đề", "de", "hoà", "hòa", "xã", "26/10", "Họp", "HỌP", "hop", "ubnd")
TEXTS = [
    ("đê xã họp", "hòa de"), ("đề xã", "ubnd họp đê"), ("de hop", "26/10"), ("Hoà xã", "xã hoà đê"),
    ("HỌP ubnd", "10/26 de"), ("xa hop de", "đe"), ("họp hòa", "đề đê"), ("ubnd", "xã ubnd họp hop"),
]  # fmt: skip
TERM = st.builds(
    lambda minus, words, quoted, star: minus + (f'"{" ".join(words)}"' if quoted else words[0]) + star,
    st.sampled_from(["", "", "", "-"]), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.booleans(), st.sampled_from(["", "", "*"]),
)  # fmt: skip
QUERY = st.lists(st.one_of(TERM, st.just("OR")), min_size=1, max_size=5).map(" ".join)


def _holds(phrase: Phrase, line: str) -> bool:
    """Whether a line has a phrase, told by comparing words one by one."""
    for words in (searchable([line]).split(), as_typed(line).split()):
        for at in range(len(words) - len(phrase.words) + 1):
            part, wanted = words[at : at + len(phrase.words)], list(phrase.words)
            if part[:-1] == wanted[:-1] and (
                part[-1] == wanted[-1] or (phrase.prefix and part[-1].startswith(wanted[-1]))
            ):
                return True
    return False


def expected(query: str) -> list[str]:
    asked = parse(query)

    def any_of(phrases: Iterable[Phrase], lines: tuple[str, ...]) -> bool:
        return any(_holds(phrase, line) for phrase in phrases for line in lines)

    every = (
        str(n)
        for n, lines in enumerate(TEXTS)
        if all(any_of(group, lines) for group in asked.every) and not any_of(asked.none, lines)
    )
    return sorted(every)


@pytest.fixture
def texts(db: Database) -> Database:
    sync_registry(db, DISTRICTS)
    keep(db, [article(str(n), title=title, body=(body,)) for n, (title, body) in enumerate(TEXTS)])
    return db


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_databases_find_what_the_grammar_means(texts: Database, data: st.DataObject) -> None:
    query = data.draw(QUERY)
    try:
        wanted = expected(query)
    except StorageError:
        return
    assert found(texts, query) == wanted
    assert count(texts, query) == len(wanted)
    assert sorted(hit.url.rpartition("/")[2] for hit in search(texts, query, sort="relevance")) == wanted


@pytest.fixture(scope="module")
def one_archive(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return open_database(f"sqlite:///{tmp_path_factory.mktemp('search') / 'a.db'}")


@given(st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_query_is_a_fault_on_sqlite(one_archive: Database, query: str) -> None:
    try:
        parse(query)
    except StorageError:
        return
    assert search(one_archive, query) == []


@pytest.mark.parametrize(
    "signs", ["'", '"', "a'b", "a AND", "NEAR(a b)", "a:b", "{a}", "a & | !", "^a*", "%_\\", "(("]
)
def test_signs_mean_nothing(filled: Database, signs: str) -> None:
    assert found(filled, f"ubnd {signs} huyen") in ([], ["a", "c"])


def test_a_text_too_long_for_an_index_is_kept_and_found_by_its_start(db: Database) -> None:
    long = " ".join(f"tu{n}" for n in range(300_000))
    keep(db, [article(title="Dài", body=(long,))])
    assert found(db, "dai tu5") == ["tin-1"]
