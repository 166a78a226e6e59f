"""What each block of an article is: lead, body, caption, byline, date line, or furniture.

Every rule reads a block's text, looks and neighbours; none knows a portal. Sources of the numbers: the
five seed articles and the portals' own habits (a caption is one short sentence under its picture, a pen
name closes the text, what follows it belongs to the page).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.blocks import Block, document_type
from storage.folding import fold

_DATE = re.compile(
    r"\d{1,2}\s*[/.∕–-]\s*\d{1,2}\s*[/.∕–-]\s*\d{2,4}|\d{4}-\d{1,2}-\d{1,2}|tháng\s+(?:\d{1,2}|[a-zà-ỹ]+)[\s,/]+(?:năm\s+)?\d{4}"
    r"|\b(?:hôm nay|hôm qua|vừa xong)\b|\b\d+\s+(?:phút|giờ|ngày|tuần|tháng|năm)\s+trước|\b[A-Z][a-z]{2,8}\s+\d{1,2},\s+\d{4}",
    re.I,
)
_DATE_WORDS = re.compile(
    r"\b(?:thứ|chủ nhật|hai|ba|tư|năm|sáu|bảy|ngày|tháng|giờ|phút|lúc|vào|gmt|utc|am|pm|sa|ch|đăng|tải|cập nhật|xuất bản|gửi|viết"
    r"|bài|tin|lượt|xem|đọc|truy cập|số lần|lần cuối|posted|on|by|admin|người|views?|date|t[2-7]|cn)\b|[\W\d_]+",
    re.I,
)
# Lines that offer a function of the page. Whole lines of at most eight words, so prose never matches.
_UTILITY = re.compile(
    r"^(?:[\W\d_]*)(?:lượt (?:xem|truy cập|đọc)|số lượt|đã xem|xem|in (?:bài|trang|ấn|tin)|bản in|gửi (?:email|mail|bài|cho|phản hồi|bình luận)"
    r"|chia sẻ|share|tweet|facebook|zalo|print|email|cỡ chữ|phông chữ|kích thước|tăng|giảm|nghe (?:bài|nội dung|đọc)|đọc bài|quay (?:lại|về)"
    r"|trở (?:lại|về)|về đầu trang|đầu trang|lên đầu|mặc định|màu chữ|đánh giá|tổng số (?:điểm|đánh giá)|click để|xếp hạng|bình luận|phản hồi"
    r"|thích|theo dõi|lưu bài|trang chủ|trước|sau|tiếp|xem thêm|tải về|download|previous|next|back|a[-+]|like|đăng nhập|tương phản"
    r"|đọc tin|giọng|tốc độ đọc|print this|skip (?:ribbon|to)|null|image advertisement|image banner|image)\b",
    re.I,
)
# Headings that open what no longer belongs to the article.
_CLOSING = re.compile(
    r"^\W*(?:(?:các |những |một số )?(?:tin|bài)(?: viết| tức| báo| đăng)?s?(?: bài)? (?:liên quan|khác|cùng|mới|cũ|đã đưa|đã đăng|trước|tiếp|sau|nổi bật"
    r"|đọc nhiều|xem nhiều|tiêu điểm|gần đây)|(?:các|những) (?:tin|bài)\b.{0,25}(?:khác|liên quan|mới hơn|cũ hơn|trước|sau)|có thể bạn|bạn có thể"
    r"|xem thêm|đọc thêm|cùng (?:chuyên mục|chủ đề|danh mục)|chuyên mục khác|(?:\d+ )?bình luận|ý kiến (?:bạn đọc|của bạn|độc giả|bình luận)"
    r"|gửi (?:bình luận|ý kiến|phản hồi)|để lại (?:một )?(?:bình luận|phản hồi)|viết bình luận|leave a (?:reply|comment)|comments?|trả lời"
    r"|related|từ khóa|tags?|thẻ|thăm dò ý kiến|video(?: clip)?|thư viện ảnh|liên kết (?:website|web)|thông báo mới|văn bản mới"
    r"|tổng số điểm|theo dòng sự kiện|tin đọc nhiều|điều hướng bài viết|post navigation|bản đồ hành chính|lịch công tác)\b",
    re.I,
)
_BYLINE_LABEL = re.compile(
    r"^\W*(?:(?:tin|bài|ảnh|tin,? ?bài|tin[ ,&và-]+ảnh|bài[ ,&và-]+ảnh|tin,? bài[ ,&và]+ảnh|thực hiện|biên tập|người (?:viết|đăng)"
    r"|tác giả(?: bài viết)?|nguồn(?: tin| bài viết)?|tổng hợp|theo|by|author)\s*[:：]|(?:tin|bài)[ ,]+ảnh\s|nguồn\s)\s*",
    re.I,
)
_NAME_WORD = r"(?:[A-ZÀ-ỸĐ][\w.’'&]*|[A-ZĐ.&]+)"
_NAME = re.compile(
    rf"^\W{{0,3}}{_NAME_WORD}(?:(?:\s*[-–—,&+/]\s*|\s+(?:và|và ảnh|\()?\s*){_NAME_WORD}){{0,9}}\s*(?:\([^()]{{2,60}}\)|[-–—,]\s*[^.!?]{{3,50}})?\W{{0,2}}$"
)
_PHOTO = re.compile(
    r"(?:^|[\s(.\[–-])(?:ảnh|hình)(?:\s+minh h[oọ]a)?\s*[:：]|\.\s*\(?ảnh\b|^\W?\(?ảnh\b|\bảnh (?:tư liệu|minh họa|chụp)",
    re.I,
)
_SHOWN = re.compile(
    r"^(?:\W*)(?:toàn cảnh|quang cảnh|hình ảnh|một (?:số|góc)|đồng chí|đ/c|ông|bà|anh|chị|các (?:đại biểu|đồng chí|đơn vị|em|vị)|đại biểu|đại diện|lãnh đạo"
    r"|chủ tịch|phó|bí thư|chủ trì|ban|đoàn|cán bộ|người dân|bà con|lực lượng|học sinh|khánh thành|trao|khen|tặng|ý kiến|thành viên)\b",
    re.I,
)
_SHOWS = re.compile(
    r"\b(?:phát biểu|trao|tặng|tham dự|dự|kết luận|chủ trì|báo cáo|thảo luận|kiểm tra|chụp ảnh|tham luận|thăm|khai mạc|bế mạc|ký kết|bỏ phiếu|biểu diễn|ra quân)\b",
    re.I,
)
_PROSE_START = re.compile(
    r"^(?:tại|theo|sau|trong|trên|ngoài|bên cạnh|cùng|dịp|nhân|hội nghị đã|để|với|từ|về|đến|qua|do|vì|như|tuy|mặc dù|bởi|đây|được|hiện|năm|ngày|sáng|chiều|tối)\b",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?…:;][”\"')»]*$")
_INNER_END = re.compile(r"(?<!\bĐ/c)(?<!\bTS)(?<!\bThS)(?<!\bTP)[.!?]\s+(?!\(?ảnh)[A-ZÀ-ỸĐ]")
_FILE_NAME = re.compile(
    r"^\S[^|]{0,80}\.(?:jpe?g|png|gif|bmp|webp|heic|mxf\S*)$|^(?:anh-tin-bai|%image_alt%|image advertisement|image banner|img_?\d+|dsc_?\d+|untitled.*)$",
    re.I,
)
_IMPRINT = re.compile(
    r"^\W*(?:©|\(c\)|copyright|bản quyền (?:thuộc|©|\d{4})|giấy phép (?:số|thiết lập|hoạt động|xuất bản)|chịu trách nhiệm (?:chính|nội dung|xuất bản)"
    r"|cơ quan chủ quản|đơn vị chủ quản|designed by|powered by|phát triển bởi|thiết kế bởi|ghi rõ nguồn)",
    re.I,
)
LONG = 40  # words; no caption of the seeds has more than 30


@dataclass(slots=True)
class Roles:
    """The blocks of an article by role, in reading order, and what was cut with the reason why."""

    lead: str | None = None
    body: list[Block] = field(default_factory=list)
    captions: list[tuple[Block | None, Block]] = field(default_factory=list)  # the picture above, the caption
    author: str | None = None
    date_lines: list[str] = field(default_factory=list)
    images: list[Block] = field(default_factory=list)
    files: list[Block] = field(default_factory=list)
    cut: list[tuple[str, Block]] = field(default_factory=list)


def is_date_line(text: str, *, strict: bool = False) -> bool:
    """Whether a line prints a date and hardly anything else: labels, weekday, clock, counter.

    Up to 24 letters more (a name, a category) are let pass, 6 where `strict`: above a headline stand other
    articles' headlines with their dates.
    """
    if len(text) > 160 or not _DATE.search(text):
        return False
    return len(_DATE_WORDS.sub("", text)) <= (6 if strict else 24)


def is_utility(block: Block) -> bool:
    """Whether a block offers a function of the page (print, share, font size) or is a picture's file name."""
    text = block.text
    if _FILE_NAME.match(text) or not any(map(str.isalpha, text)):
        return True
    return block.words <= 8 and bool(_UTILITY.match(text)) and not _SENTENCE_END.search(text)


def closes(block: Block) -> bool:
    """Whether a block opens what follows an article: related news, comments, tags."""
    return block.words <= 12 and bool(_CLOSING.match(block.text)) and not block.text.endswith((".", ";", "!"))


def byline(block: Block, *, last: bool) -> str | None:
    """The author that a block names, without its label, or None. `last`: nothing of the article follows."""
    text = block.text.strip(" .*-–—_|•[]")
    label = _BYLINE_LABEL.match(text)
    if label and block.words <= 16:
        name = text[label.end() :].strip(" .:;-–—()")
        return name or None
    if (
        block.words > 12
        or len(text) < 2
        or text.endswith((":", ";", "?", "!"))
        or block.text.startswith(("-", "+", "•"))
    ):
        return None
    if (
        (block.align == "right" or last)
        and _NAME.match(text)
        and not text.isdigit()
        and not (text.isupper() and block.words > 5)
    ):
        name = text.strip("() ") if text.count("(") != 1 or text.startswith("(") else text
        return name or None
    return None


def caption_score(block: Block, style: str) -> int:
    """Evidence that a block under a picture is its caption; 2 or more is enough. `style`: the body's alignment."""
    text = block.text
    score = 0
    score += 2 if block.italic or (block.align == "center" and style != "center") else 0
    score += 3 if _PHOTO.search(text) or block.in_figure else 0
    score += 0 if _SENTENCE_END.search(text) else 2
    score += 1 if block.words <= 12 else 0
    score += 1 if not _INNER_END.search(text) else -2
    if _SHOWN.match(text):
        score += 2 if _SHOWS.search(text) else 1
    score -= 1 if text.endswith(".") else 0
    score -= 2 if _PROSE_START.match(text) else 0
    score -= 3 if text.endswith((":", ";")) or re.match(r"^[-+*•–]|^\d+[.)]|^[IVX]+\.", text) else 0
    return score - (4 if block.words > LONG else 0)


def _same(text: str, other: str) -> bool:
    a, b = fold(text).strip(" .…"), fold(other).strip(" .…")
    return a == b or (len(b) > 40 and a.startswith(b) and len(a) < len(b) + 40)


def assign(found: Sequence[Block], headline: str, in_body: set[int], *, told: bool) -> Roles:
    """Gives each block after the headline its role.

    `in_body` holds the indexes of the blocks inside the body node; `told` says that a family named that node,
    so what stands in it is trusted more than looks.
    """
    roles = Roles()
    first = min(in_body, default=0)
    last = max(in_body, default=-1)
    style = _style(found, in_body)
    picture: Block | None = None
    waiting = False  # a picture without a caption yet
    for index, block in enumerate(found):
        inside = index in in_body
        if block.kind == "image":
            picture, waiting = block, inside or waiting
            if inside or first - 3 <= index < first:
                roles.images.append(block)
            continue
        if block.kind == "file" or (block.href and document_type(block.href) and block.linked > 0.8):
            roles.files.append(block)
            continue
        if _same(block.text, headline):
            continue
        if is_date_line(block.text) and (not inside or not roles.body):
            roles.date_lines.append(block.text)
            continue
        if inside and closes(block) and _nothing_follows(found, index, last, block):
            roles.cut += [("after the article", b) for b in found[index : last + 1]]
            break
        if block.kind != "table" and is_utility(block):
            if _FILE_NAME.match(block.text) and inside:
                waiting = True
            roles.cut.append(("page function", block))
            continue
        if not inside:
            if index > last:
                if closes(block) or index > last + 6:
                    break
                if (name := byline(block, last=index <= last + 2)) and block.linked < 0.5:
                    roles.author = roles.author or name
                    break
                roles.cut.append(("outside the body", block))
            elif block.words >= 8 and block.linked < 0.5 and roles.lead is None and block.kind != "heading":
                roles.lead = block.text
            else:
                roles.cut.append(("outside the body", block))
            continue
        if (
            block.linked > 0.9
            and not told
            and block.words >= 4
            and block.kind != "table"
            and not _SENTENCE_END.search(block.text)
        ):
            roles.cut.append(("a link to elsewhere", block))
            continue
        if block.in_figure or (
            waiting and block.kind in ("text", "heading") and caption_score(block, style) >= 2
        ):
            roles.captions.append((picture, block))
            waiting = False
            continue
        waiting = False
        roles.body.append(block)
    _cut_imprint(roles)
    _take_byline(roles)
    _take_lead(roles)
    return roles


def _style(found: Sequence[Block], in_body: set[int]) -> str:
    """The alignment of most of the body's prose, so that a centred portal's paragraphs are not all captions."""
    counts: dict[str, int] = {}
    for index in in_body:
        if found[index].words > LONG:
            counts[found[index].align] = counts.get(found[index].align, 0) + 1
    return max(counts, key=lambda align: counts[align], default="")


def _nothing_follows(found: Sequence[Block], index: int, last: int, block: Block) -> bool:
    """Whether what stands behind a closing heading is links, not the article going on."""
    rest = [b for b in found[index + 1 : last + 1] if b.text]
    prose = sum(b.words for b in rest if b.linked < 0.3 and b.words > 25)
    return prose == 0 or bool(rest) and sum(b.linked for b in rest) / len(rest) > 0.5


def _cut_imprint(roles: Roles) -> None:
    """Cuts the site's imprint (copyright, licence, editor) where a page sets it under the article."""
    for index, block in enumerate(roles.body):
        rest = roles.body[index:]
        if (
            _IMPRINT.match(block.text)
            and block.words <= LONG
            and sum(b.words > LONG for b in rest) == 0
            and index
        ):
            roles.cut += [("imprint", b) for b in rest]
            del roles.body[index:]
            return


def _take_byline(roles: Roles) -> None:
    """Moves the closing pen name out of the body; up to three lines (text, photos, source) may name people."""
    names: list[str] = []
    while roles.body and len(names) < 3:
        block = roles.body[-1]
        name = byline(block, last=True) if block.kind in ("text", "heading") else None
        if not name or (names and not _BYLINE_LABEL.match(block.text) and block.align != "right"):
            break
        names.insert(0, name)
        roles.body.pop()
    if names and roles.author is None:
        roles.author = "; ".join(dict.fromkeys(names))


def _take_lead(roles: Roles) -> None:
    """A bold or italic first paragraph, with plain ones after it, is the sapo."""
    if roles.lead is not None or len(roles.body) < 2:
        return
    first, second = roles.body[0], roles.body[1]
    if (
        first.kind == "text"
        and first.words >= 12
        and (first.bold > second.bold or first.italic > second.italic)
    ):
        roles.lead = first.text
        roles.body.pop(0)
