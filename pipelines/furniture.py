"""Furniture that a portal's own repetition gave away: which blocks of a page to count, and which to cut.

A block is known by its folded words (storage.block_keys), a picture by its address. What a page repeats
but its author wrote (bylines, captions, the formulas of administrative documents) is not for this module: the
byline and the caption keep their role (roles), the formulas are never counted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from urllib.parse import urljoin

from pipelines.blocks import Block
from storage.block_keys import FIRM, MAX_TEXT, TAKEN, keys, picture_key

LETTERS = 600  # of the longest block that is looked at: the longest legal notices have some hundred words
PROSE = 25  # words of a block that is running text beyond doubt
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
    r"cổng thông tin|trang thông tin|website|portal|http|www\.|@|hotline|đường dây nóng|điện thoại|bản quyền"
    r"|giấy phép|truy cập",
    re.I,
)


def names_site(text: str) -> bool:
    """Whether a line that looks like a pen name names a web site or its hotline instead."""
    return bool(_SITE.search(text))


def sightings(
    found: Sequence[Block], in_body: Collection[int], taken: Collection[int], base: str
) -> list[tuple[str, str, int]]:
    """Key, text and flags of the blocks behind the headline that may turn out to repeat, each key once.

    `in_body` and `taken` are indexes of `found`: the body node, and what became lead, body or image; `base`
    is the page's URL. FIRM flags a
    block between two paragraphs of prose, or one that introduces what follows.
    """
    near = _near(found, in_body)
    first, last = _prose(found, in_body)
    seen: dict[str, tuple[str, str, int]] = {}
    for index, key in zip(near, _keys([found[i] for i in near], base), strict=True):
        block = found[index]
        if key and not _FORMULA.match(block.text):
            firm = block.kind != "image" and (first < index < last or block.text.endswith(":"))
            flags = FIRM * firm | TAKEN * (index in taken) | seen.get(key, ("", "", 0))[2]
            seen[key] = key, (block.text if block.kind != "image" else block.href)[:MAX_TEXT], flags
    return list(seen.values())


def repeated(
    found: Sequence[Block],
    in_body: Collection[int],
    anywhere: Collection[str],
    edges: Collection[str],
    base: str,
) -> frozenset[int]:
    """The indexes of the blocks that are furniture by their keys: of `anywhere`, or of `edges` and standing
    before or behind the prose. Nothing, where nothing else would be left."""
    if not anywhere and not edges:
        return frozenset()
    near = _near(found, in_body)
    keyed = dict(zip(near, _keys([found[i] for i in near], base), strict=True))
    known = {index for index, key in keyed.items() if key in anywhere or key in edges}
    if not known:
        return frozenset()
    first, last = _prose(found, in_body, known)
    cut = {i for i in known if keyed[i] in anywhere or not first < i < last}
    rest = any(i in in_body and i not in cut and found[i].text for i in near)
    return frozenset(cut) if rest else frozenset()


def _near(found: Sequence[Block], in_body: Collection[int]) -> list[int]:
    end = max(in_body, default=-1) + 1 + _AROUND
    short = (i for i, b in enumerate(found[:end]) if len(b.text) <= LETTERS)
    near = [i for i in short if found[i].kind not in ("table", "file")]
    return near if len(near) <= 2 * _MOST else [*near[:_MOST], *near[-_MOST:]]


def _prose(
    found: Sequence[Block], in_body: Collection[int], furniture: Collection[int] = ()
) -> tuple[int, int]:
    """The first and the last block of the body that is prose."""
    prose = [i for i in in_body if found[i].words >= PROSE and found[i].linked < 0.5 and i not in furniture]
    return (min(prose), max(prose)) if prose else (len(found), -1)


def _keys(blocks: Sequence[Block], base: str) -> list[str]:
    texts = keys(["" if block.kind == "image" else block.text for block in blocks])
    return [
        picture_key(urljoin(base, block.href) if block.href else "") if block.kind == "image" else key
        for key, block in zip(texts, blocks, strict=True)
    ]
