"""The fingerprint of an article."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime

import pytest

from pipelines.dedup import ALGORITHM, BANDS, DedupPipeline, fingerprint
from pipelines.items import Article, Attachment, Fingerprint, RawPage
from storage.duplicates.similarity import NEAR, jaccard, shingles, story
from storage.text import indexed
from tests.planted import COPIES, Post, pairs, post

PAGE = RawPage("https://a.gov.vn/1", b"", datetime(2024, 1, 1, tzinfo=UTC))


def of(one: Post) -> Fingerprint:
    article = Article(PAGE, one.title, one.lead, list(one.body), captions=list(one.captions))
    found, _ = fingerprint(article)
    assert found is not None
    return found


def test_equal_texts_have_equal_fingerprints() -> None:
    for _, a, b in pairs({"exact": COPIES["the same text, set otherwise"]}, 30, 3):
        assert of(a) == of(b)


def test_it_says_how_it_was_made_and_fits_the_database() -> None:
    print_ = of(post(random.Random(1)))
    assert print_.algorithm == ALGORITHM
    assert len(print_.exact) == 16
    assert len(print_.bands) == BANDS + 2
    assert all(-(2**63) <= key < 2**63 for key in print_.bands)


def test_it_is_the_same_tomorrow() -> None:
    """Stored keys are compared with those of later releases: another result needs another ALGORITHM."""
    article = Article(PAGE, "Thông báo", None, ["Điện lực thông báo ngừng cấp điện tại xã Văn Sơn."])
    found, _ = fingerprint(article)
    assert found is not None
    assert found.exact == "fa4a944ccf954778"
    assert found.bands[:2] == (4749086895044323671, -8808127183890474160)


def test_a_retitled_copy_shares_a_key_of_the_headline() -> None:
    one = post(random.Random(3))
    for title in (f"Tin ảnh: {one.title}", one.title.upper(), f"{one.title}, nhiều kết quả đáng mừng"):
        other = Post(title, None, (f"Ghi nhận của phóng viên. {one.lead}",))
        keys = set(of(one).bands[BANDS:]) & set(of(other).bands[BANDS:])
        assert keys, title


def test_near_texts_share_a_band() -> None:
    """Of pairs at Jaccard 0.8 and above, bands find at least 97 in 100."""
    near = {name: kind for name, kind in COPIES.items() if name != "the same text, set otherwise"}
    shared = []
    for _, a, b in pairs(near, 240, 4):
        one, other = a.story(), b.story()
        assert one and other
        assert jaccard(shingles(one.words), shingles(other.words)) >= NEAR
        shared.append(bool(set(of(a).bands) & set(of(b).bands)))
    assert sum(shared) / len(shared) >= 0.97


def test_without_a_text_there_is_none() -> None:
    article = Article(PAGE, "Thông báo")
    assert DedupPipeline().process_item(article) is article
    assert article.fingerprint is None


def test_the_pipeline_sets_it_and_lets_others_pass() -> None:
    article = Article(PAGE, "Thông báo", "Xem tệp")
    DedupPipeline().process_item(article)
    assert (article.fingerprint, article.folded) == fingerprint(article)
    assert DedupPipeline().process_item("other") == "other"


@pytest.mark.parametrize(
    ("lead", "body", "captions", "files"),
    [
        (None, [], ["Ảnh: lễ ra quân", "Chụp_sáng 5/3"], []),
        ("Xem tệp", [], [], ["Kế hoạch số 7", "Biểu mẫu"]),
        (None, ["Xã Vân Sơn có 12 tổ hợp tác. " * 9, "", "Đồng chí bí thư dự."], ["Toàn cảnh"], ["Phụ lục"]),
        ("Một dòng dẫn", ["Đoạn hai 中文 lẫn chữ Việt"], [], []),
    ],
)
def test_the_text_folded_once_is_the_story_and_what_search_finds(
    lead: str | None, body: list[str], captions: list[str], files: list[str]
) -> None:
    attached = [Attachment("https://a.gov.vn/f", title, "pdf") for title in files]
    article = Article(
        PAGE, "Ra quân_làm thuỷ lợi", lead, body, captions=captions, attachments=attached, author="Hoà"
    )
    found, folded = fingerprint(article)
    told = story(article.title, lead, body, captions, files)
    assert told is not None and found is not None
    assert found.exact == hashlib.sha256(" ".join(told.words).encode()).hexdigest()[:16]
    assert folded == indexed([article.title, lead, *body, *captions, "Hoà"])
