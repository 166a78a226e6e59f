"""Furniture that a portal's own repetition gave away: which blocks of a page to count, and which to cut.

A block is known by its folded words (storage.articles.block_keys), a picture by its address. What a page
repeats but its author wrote (bylines, captions, the formulas of administrative documents) is not for this
module: the byline and the caption keep their role (roles), the formulas are never counted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import SplitResult, unquote, urlsplit

from pipelines.html.address import absolute
from pipelines.html.blocks import Block
from pipelines.html.spots import link_key
from pipelines.items import Hints
from storage.articles.block_keys import FIRM, MAX_TEXT, TAKEN, keys, picture_key
from storage.text import fold, visible, words

LETTERS = 600  # of the longest block that is looked at: the longest legal notices have some hundred words
PROSE = 25  # words of a block that is running text beyond doubt
_MOST_OF = 0.5  # of the letters of a line that is a link and a few words beside it
_BESIDE = 6
_TITLE = 8  # words of a headline that are looked for in an address, which may cut it short
_LEAST = 4  # words of a headline; a label has fewer
_SLUG = 0.7  # of them stand in the address
_PART = re.compile(r"[a-z0-9]+")
_AROUND = 6  # blocks behind the body; the reader takes nothing from beyond
_MOST = 40  # blocks at each end of the text; what stands between them in a law of 1,000 paragraphs is its own
# Whole lines that officials write into their notices; as often as they repeat, they are the article's own.
_FORMULA = re.compile(
    r"^\W*(?:(?:xin )?trân trọng(?: (?:thông báo|kính mời|cảm ơn|kính báo|giới thiệu|đề nghị))?|kính gửi"
    r"|nơi nhận|như trên|lưu|\(?đã ký\)?|cộng h[oò][aà] xã hội chủ nghĩa việt nam|độc lập\W+tự do\W+hạnh phúc"
    r"|(?:k\.?t|t\.?m|t\.?l|t\.?u\.?q)\.? .{3,60}|(?:phó )?chủ tịch|chánh văn phòng"
    r"|(?:phó )?(?:bí thư|trưởng phòng)"
    r"|thông báo|thư mời|giấy mời|kế hoạch|quyết định|công văn|báo cáo|tờ trình|nghị quyết|chỉ thị"
    r"|căn cứ\b.*|theo đề nghị\b.*|(?:điều|chương|mục|phần|khoản|phụ lục) \w{1,5}\b.*"
    r"|.{0,40}(?:xem|tải|tại|theo) (?:đây|file|tệp|văn bản).{0,30}"
    r"|.{0,30}(?:đính|gửi|có văn bản) kèm.{0,30})\W*$"
    r"|^(?:[ivxlc]+|\d{1,2}|[a-zđ])\s*[.)]\s|^[-+*•–]",
    re.I,
)
# What names a site or a way to reach it is no pen name, though it stands where one would.
_SITE = re.compile(
    r"http|www\.|@|(?:điện thoại|hotline|đường dây nóng)\s*(?:[:：]|[(+]?\d)|bản quyền (?:thuộc|©|\d{4})"
    r"|giấy phép (?:số|thiết lập)|truy cập\W*\d",
    re.I,
)
_LABEL = re.compile(r"^\W*(?:hotline|đường dây nóng|điện thoại|bản quyền|giấy phép)\b|truy cập", re.I)
_LABEL_WORDS = 4  # of a line with one of these that is a label; a headline says more
_PORTAL = re.compile(r"(?:cổng|trang) thông tin|website|portal", re.I)
_WELCOME = re.compile(r"^\W*(?:chào mừng|welcome)\b", re.I)
# Words in small letters before a site's name: "thuộc Trang thông tin", "UBND huyện Kỳ Anh Cổng thông tin"
_OF_NAME = frozenset(
    "huyện xã phường thị trấn thành phố quận tỉnh ubnd hđnd ủy uỷ ban nhân dân hội đồng đảng của trên tại từ"
    " theo thuộc vào và hệ thống nguồn biên tập đến với".split()
)


def names_site(text: str) -> bool:
    """Returns whether a line that looks like a pen name or a headline names a web site or its hotline
    instead: "Khai trương cổng thông tin", "Cấp lại giấy phép lái xe" are headlines.
    """
    if _SITE.search(text) or (len(text.split()) <= _LABEL_WORDS and _LABEL.search(text)):
        return True
    if (portal := _PORTAL.search(text)) is None:
        return False
    before = re.split(r"[^\w\s]", text[: portal.start()])[-1].split()
    return bool(_WELCOME.match(text)) or all(w[0].isupper() or w in _OF_NAME for w in before)


def keyed(found: Sequence[Block], in_body: Collection[int], base: str) -> dict[int, str]:
    """Returns the index and key of the blocks behind the headline that may turn out to repeat; `in_body` are
    indexes of `found`, the body node; `base` is the page's base.
    """
    end = max(in_body, default=-1) + 1 + _AROUND
    short = (i for i, b in enumerate(found[:end]) if len(b.text) <= LETTERS)
    near = [i for i in short if found[i].kind not in ("table", "file")]
    if len(near) > 2 * _MOST:
        near = [*near[:_MOST], *near[-_MOST:]]
    texts = keys(["" if found[i].kind == "image" else found[i].text for i in near])
    named = {index: key for index, key in zip(near, texts, strict=True) if key}
    pictures = (i for i in near if found[i].kind == "image" and found[i].href)
    shown = {i: absolute(base, found[i].href) for i in pictures}
    return named | {i: key for i, address in shown.items() if address and (key := picture_key(address))}


def spotted(found: Sequence[Block], near: Collection[int], url: str) -> dict[int, str]:
    """Returns the index and key of the blocks of `near` that link another article of the page's site by its
    headline, with a label, a date or a count beside it at most: their words change from page to page, their
    place does not.

    The headline is told by the address, which repeats its words.
    """
    own = urlsplit(url)
    return {i: key for i in near if _leads(found[i], url, own) and (key := link_key(found[i].element))}


def _leads(block: Block, url: str, own: SplitResult) -> bool:
    if block.kind in ("image", "file", "table") or block.linked < _MOST_OF or not block.href:
        return False
    texts = (visible("".join(link.itertext())) for link in block.element.iter("a"))
    headline = max((text for text in texts if text and text in block.text), key=len, default="")
    if block.words - len(headline.split()) > _BESIDE:
        return False
    address = absolute(url, block.href)
    to = urlsplit(address) if address else own
    if to.netloc != own.netloc or (to.path, to.query) == (own.path, own.query):
        return False
    slug = set(_PART.findall(fold(unquote(to.path)).rpartition("/")[2] or fold(unquote(to.path))))
    told = words(headline)[:_TITLE]
    return len(told) >= _LEAST and sum(word in slug for word in told) >= _SLUG * len(told)


def sightings(
    found: Sequence[Block],
    in_body: Collection[int],
    named: Mapping[int, str],
    taken: Collection[int],
    spots: Mapping[int, str],
) -> list[tuple[str, str, int]]:
    """Returns key, text and flags of the blocks of `named` (keyed), each key once, for the archive to count,
    and those of their places (`spots`).

    `taken` are indexes, too: what became lead, body or image. FIRM flags a block between two paragraphs of
    prose, or one that introduces what follows.
    """
    first, last = _prose(found, in_body)
    seen: dict[str, tuple[str, str, int]] = {}
    for index, key in named.items():
        block = found[index]
        if block.kind == "image":
            firm, text = False, block.href
        else:
            firm, text = first < index < last or block.text.endswith(":"), block.text
            if _FORMULA.match(text):
                continue
        flags = FIRM * firm | TAKEN * (index in taken) | seen.get(key, ("", "", 0))[2]
        seen[key] = key, text[:MAX_TEXT], flags
    for index, key in spots.items():
        flags = TAKEN * (index in taken) | seen.get(key, ("", "", 0))[2]
        seen[key] = key, found[index].text[:MAX_TEXT], flags
    return list(seen.values())


def repeated(
    found: Sequence[Block],
    in_body: Collection[int],
    named: Mapping[int, str],
    hints: Hints,
    spots: Mapping[int, str],
) -> frozenset[int]:
    """Returns the indexes of those blocks of `named` (keyed) and `spots` (spotted) that `hints` tell to be
    furniture where they stand.

    Nothing, where nothing else would be left of the body.
    """
    anywhere, edges = hints.furniture, hints.furniture_at_edges
    known = {i for i, key in named.items() if key in anywhere or key in edges} if anywhere or edges else set()
    at_spots = {i for i, key in spots.items() if key in anywhere}
    known |= at_spots
    if not known:
        return frozenset()
    first, last = _prose(found, in_body, known)
    cut = {i for i in known if i in at_spots or named.get(i) in anywhere or not first < i < last}
    return frozenset(cut) if any(found[i].text for i in in_body if i not in cut) else frozenset()


def _prose(
    found: Sequence[Block], in_body: Collection[int], furniture: Collection[int] = ()
) -> tuple[int, int]:
    """The first and the last block of the body that is prose."""
    prose = [i for i in in_body if found[i].words >= PROSE and found[i].linked < 0.5 and i not in furniture]
    return (min(prose), max(prose)) if prose else (len(found), -1)
