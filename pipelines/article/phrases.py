"""What portals write around and between the paragraphs of an article: the phrases that tell a block's role.

Collected from the seed pages and the systems' own templates; each pattern is anchored or bounded by the rules
that use it (pipelines.article.assign), so that prose does not match.
"""

import re


def ends_sentence(text: str) -> bool:
    """Returns whether a line ends as a sentence does; quotes and brackets may follow the mark."""
    return text.rstrip("”\"')»").endswith((".", "!", "?", "…", ":", ";", "。", "！", "？"))


DATE = re.compile(
    r"\d{1,2}\s*[/.∕–-]\s*\d{1,2}\s*[/.∕–-]\s*\d{2,4}|\d{4}-\d{1,2}-\d{1,2}|tháng\s+(?:\d{1,2}"
    r"|[a-zà-ỹ]+)[\s,/]+(?:năm\s+)?\d{4}"
    r"|\b(?:hôm nay|hôm qua|vừa xong)\b|\b\d+\s+(?:phút|giờ|ngày|tuần|tháng|năm)\s+trước"
    r"|\b[A-Z][a-z]{2,8}\s+\d{1,2},\s+\d{4}",
    re.I,
)
DATE_WORDS = re.compile(
    r"\b(?:thứ|chủ nhật|hai|ba|tư|năm|sáu|bảy|ngày|tháng|giờ|phút|lúc|vào|gmt|utc|am|pm|sa|ch|đăng"
    r"|tải|cập nhật|xuất bản|gửi|viết"
    r"|bài|tin|lượt|xem|đọc|truy cập|số lần|lần cuối|posted|on|by|admin|người|views?|date|t[2-7]"
    r"|cn)\b|[\W\d_]+",
    re.I,
)
# Lines that offer a function of the page: made of nothing but such words, digits and marks ("In | Gửi | A+"),
# so that a sub-heading which begins with one ("Tăng cường quản lý đất đai") is none.
UTILITY = re.compile(
    r"^(?:[\W\d_]|\b(?:lượt|số lượt|số lần|đã|người|xem|truy cập|đọc|nghe|in|bản in|in ấn|bài(?: viết"
    r"| này)?|trang(?: này)?"
    r"|tin(?: này)?|gửi|cho bạn bè|qua|đến bạn bè|phản hồi|bình luận|ý kiến|chia sẻ|share|tweet"
    r"|twitter|facebook|zalo"
    r"|linkedin|telegram|pinterest|youtube|messenger|print|e?mail|cỡ chữ|phông chữ"
    r"|kích thước(?: chữ)?|tăng|giảm"
    r"|quay (?:lại|về)|trở (?:lại|về)|về đầu trang|đầu trang|lên đầu trang|lên đầu|mặc định|màu chữ"
    r"|đánh giá|xếp hạng|thích|theo dõi|lưu|trang chủ|trước|sau|tiếp(?: theo)?|thêm|chi tiết|tải về"
    r"|tải xuống|download"
    r"|previous|next|back|like|post|a|đăng nhập|đăng ký|tương phản|giọng|tốc độ|x|sao chép|liên kết|link|copy"
    r"|quảng cáo|advertisements?|null|this|page|views?|times?|pdf|word|by|trên|với|print this"
    r"|phiếu bầu)\b)+$",
    re.I,
)
# The same, known by how they begin. At most eight words, so prose never matches.
UTILITY_START = re.compile(
    r"^\W*(?:lượt (?:xem|truy cập|đọc)\b.{0,9}\d|số (?:lượt|lần) (?:xem|đọc|truy cập)|đã xem\W*\d"
    r"|gửi (?:email|mail) "
    r"|đọc bài viết|nghe (?:bài|nội dung|đọc)\b|click để|tổng số (?:điểm|đánh giá)|xếp hạng\W*\d"
    r"|tốc độ đọc|skip (?:ribbon|to)\b"
    r"|image (?:advertisement|banner)|bấm (?:vào|để)|chia sẻ (?:bài|lên|trên|qua|facebook|zalo|với bạn bè))",
    re.I,
)
# Headings that open what no longer belongs to the article.
CLOSING = re.compile(
    r"^\W*(?:(?:(?:các |những |một số )?(?:tin|bài)(?: viết| tức| báo| đăng)?s?(?: bài)? (?:liên quan"
    r"|khác|cùng|mới|cũ|đã đưa|đã đăng|trước|tiếp|sau|nổi bật"
    r"|đọc nhiều|xem nhiều|tiêu điểm|gần đây)|(?:các|những) (?:tin|bài)\b.{0,25}(?:khác|liên quan"
    r"|mới hơn|cũ hơn|trước|sau)|có thể bạn|bạn có thể"
    r"|xem thêm|đọc thêm|cùng (?:chuyên mục|chủ đề|danh mục)|chuyên mục khác"
    r"|tổng số điểm|tặng sao|theo dòng sự kiện|tin đọc nhiều|điều hướng bài viết|post navigation)\b"
    r"|(?:see|read|learn|lesen|mehr|à lire|lea|leer|leia|lees|czytaj|zobacz|puedes ver|te puede interesar)"
    r"(?: (?:more|also|next|now|this|sie|hier|auch|mehr|aussi|también|tambi[eé]n|mais|ook|też|także"
    r"|zum thema))*\s*[:»]"
    r"|(?:don.t miss|more from|more (?:great )?\w+ stories|more on this|most read|you may also like"
    r"|you might also like"
    r"|recommended|related (?:stories|coverage|content|topics|links|videos)|mehr zum thema|mehr zu\b"
    r"|auch interessant"
    r"|das könnte (?:sie|dich|ihnen)|weitere (?:artikel|themen|beiträge)|empfohlene|verwandte"
    r"|vous aimerez|sur le même sujet"
    r"|te puede|te recomendamos|notas? relacionadas?|leia mais|zobacz także|lees ook)\b"
    r"|(?:related(?: (?:posts|articles|news))?|từ khóa|tags?|thẻ|trả lời|video(?: clip)?|thư viện ảnh"
    r"|thăm dò ý kiến|liên kết (?:website|web)|thông báo mới|văn bản mới|bản đồ hành chính|lịch công tác)"
    r"\s*(?:[:(\[|\d].*)?$)",
    re.I,
)
# Headings of what readers wrote: all that follows them is theirs.
COMMENTS = re.compile(
    r"^\W*(?:(?:\d+ )?(?:bình luận|phản hồi|comments?|ý kiến)\W*(?:\(?\d+\)?)?\W*$|\d+ (?:bình luận"
    r"|phản hồi|thoughts?) "
    r"(?:cho|về|on)\b|(?:one|two|three) thoughts? on\b|ý kiến (?:bạn đọc|của bạn|độc giả|bình luận)"
    r"|gửi (?:bình luận|ý kiến|phản hồi)|để lại (?:một )?(?:bình luận|phản hồi)|viết bình luận"
    r"|leave a (?:reply|comment)\b)",
    re.I,
)
CONTENTS = re.compile(
    r"^\W*(?:nội dung(?: chính| bài viết)?|mục lục(?: bài viết)?|trong bài này|(?:table of )?contents)\W*$",
    re.I,
)
NAME_WORD = r"(?:[A-ZÀ-ỸĐ][\w.’'&]*|[A-ZĐ.&]+)"
NAME = re.compile(
    rf"^\W{{0,3}}{NAME_WORD}(?:(?:\s*[-–—,&+/]\s*|\s+(?:và|và ảnh"
    rf"|\()?\s*){NAME_WORD}){{0,9}}\s*(?:\([^()]{{2,60}}\)|[-–—,]\s*[^.!?]{{3,50}})?\W{{0,2}}$"
)
# What a line names whose label has no colon: "Nguồn Báo Yên Bái", "Bài ảnh Hoài An"; "Nguồn nước đã về" is
# prose
_NAMED = (
    rf"(?=(?-i:{NAME.pattern.removeprefix('^')})|(?:sưu tầm|internet|\S+\.[a-z]{{2,}}\S*)\W*$"
    r"|(?-i:(?:Báo|Cổng|Trang|Đài|Tạp chí|Phòng|Trung tâm|Văn phòng|Ban|UBND|Sở|Công an|Ủy ban)\b)"
    r"[^.,:;!?]{2,60}$)"
)
BYLINE_LABEL = re.compile(
    r"^\W*(?:(?:được )?(?:viết|đăng) bởi\s*[:：]?\s|(?:tin|bài|ảnh|tin,? ?bài|tin[ ,&và-]+ảnh"
    r"|bài[ ,&và-]+ảnh|tin,? bài[ ,&và]+ảnh|thực hiện"
    r"|biên tập|người (?:viết|đăng)"
    r"|tác giả(?: bài viết)?|nguồn(?: tin| bài viết)?|tổng hợp|theo|by|author)\s*[:：]"
    rf"|(?:(?:tin|bài)[ ,]+ảnh|nguồn(?: tin)?)\s+{_NAMED})\s*",
    re.I,
)
OFFICE = re.compile(
    r"^(?:phòng|trung tâm|văn phòng|ban|hội|ubnd|hđnd|đài|sở|công an|huyện (?:đoàn|ủy)|bộ phận|bbt"
    r"|ban biên tập|mặt trận|ủy ban|đoàn thanh niên"
    r"|chi cục|hạt kiểm lâm|liên đoàn)\b[^.:;!?]{2,60}$",
    re.I,
)
PHOTO = re.compile(
    r"(?:^|[\s(.\[–-])(?:ảnh|hình)(?:\s+minh h[oọ]a)?\s*[:：]|\.\s*\(?ảnh\b|^\W?\(?ảnh\b"
    r"|\bảnh (?:tư liệu|minh họa|chụp)",
    re.I,
)
_CREDIT = re.compile(
    r"^\W*(?:©|(?:foto|photo|image|picture|bild|fotografía|crédits? photos?)s?(?: credits?| by"
    r"| courtesy| source"
    r"| copyright| illustration)?(?: of)?\s*[:：©])|\bgetty images\b|^image copyright\b",
    re.I,
)
# What a site asks its readers for, between paragraphs and behind them
OFFER = re.compile(
    r"^\W*(?:(?:please )?(?:subscribe|sign up|log in)\b.{0,60}\b(?:to|for|now|newsletter|edition|here)\b"
    r"|get (?:the (?:latest|best)|.{0,40}(?:by email|newsletter|app\b))|follow (?:us"
    r"|@?[\w ]{2,30} on)\b.{0,60}"
    r"(?:twitter|facebook|instagram|telegram|youtube)|download (?:the|our)\b.{0,40}\bapps?\b"
    r"|(?:jetzt|kostenlos) (?:registrieren|abonnieren|anmelden)|suscríbete\b|abonnez-vous\b"
    r"|advert(?:isement)?$"
    r"|continue reading below|story continues below|this slideshow requires"
    r"|(?:kính |trân trọng )?mời (?:quý )?(?:bạn đọc|độc giả|các bạn|quý vị|bạn)\b.{0,40}"
    r"\b(?:theo dõi|tham gia|quan tâm|tải|cài)\b"
    r".{0,60}\b(?:fanpage|zalo|google news|youtube|kênh|ứng dụng|facebook|telegram)\b"
    r"|theo dõi\b.{0,40}\btrên (?:google news|zalo|facebook|youtube|telegram|tiktok)\b"
    r"|(?:nhấn |bấm )?đăng ký (?:để )?nhận (?:bản )?tin\b)",
    re.I,
)


def credits_photo(text: str) -> bool:
    """Returns whether a line says whose picture it stands under, or that it is about one."""
    low = text.lower()
    return ("ảnh" in low or "hình" in low) and PHOTO.search(text) is not None


def is_credit(text: str) -> bool:
    """Returns whether a line names the owner of a picture, as pages of other languages do."""
    return _CREDIT.search(text) is not None


SHOWN = re.compile(
    r"^(?:\W*)(?:toàn cảnh|quang cảnh|hình ảnh|một (?:số|góc)|đồng chí|đ/c|ông|bà|anh|chị"
    r"|các (?:đại biểu|đồng chí|đơn vị|em|vị)|đại biểu|đại diện|lãnh đạo"
    r"|chủ tịch|phó|bí thư|chủ trì|ban|đoàn|cán bộ|người dân|bà con|lực lượng|học sinh|khánh thành"
    r"|trao|khen|tặng|ý kiến|thành viên)\b",
    re.I,
)
SHOWS = re.compile(
    r"\b(?:phát biểu|trao|tặng|tham dự|dự|kết luận|chủ trì|báo cáo|thảo luận|kiểm tra|chụp ảnh"
    r"|tham luận|thăm|khai mạc|bế mạc|ký kết|bỏ phiếu|biểu diễn|ra quân)\b",
    re.I,
)
# "Kế hoạch số 45/KH-UBND", "Quyết định số 404/QĐ-TTg", "Luật số 31/2024/QH15"
DOCUMENT_NUMBER = re.compile(r"\b\d{1,5}/(?:\d{4}/)?[A-ZĐ]{2,}[\w-]*|\bsố\s*:?\s*\d{1,5}\s*[/-]\s*[A-ZĐ]{2,}")
PROSE_START = re.compile(
    r"^(?:tại|theo|sau|trong|trên|ngoài|bên cạnh|cùng|dịp|nhân|hội nghị đã|để|với|từ|về|đến|qua|do|vì"
    r"|như|tuy|mặc dù|bởi|đây|được|hiện|năm|ngày|sáng|chiều|tối)\b",
    re.I,
)
SOURCE_LABEL = re.compile(r"^\W*(?:nguồn|theo)\b", re.I)
LOGIN = re.compile(
    r"^(?:admin\w*|administrator|super ?user|quan ?tri\w*|quản trị(?: viên)?|root|user\d*|editor|cms"
    r"|webmaster|[a-z0-9_.-]+)$",
    re.I | re.ASCII,
)
# what is looked back for stands behind the mark: before it, each letter of a text would be looked at
INNER_END = re.compile(
    r"[.!?](?<!\bĐ/c[.!?])(?<!\bTS[.!?])(?<!\bThS[.!?])(?<!\bTP[.!?])\s+(?!\(?ảnh)[A-ZÀ-ỸĐ]"
)
FILE_NAME = re.compile(
    r"^\S[^|]{0,80}\.(?:jpe?g|png|gif|bmp|webp|heic|mxf\S*)$|^(?:anh-tin-bai|%image_alt%"
    r"|image advertisement|image banner|img_?\d+|dsc_?\d+|untitled.*)$",
    re.I,
)
# A line of a site's own address. A notice may end with one too, so it is no reason to cut it.
CONTACT = re.compile(
    r"^\W*(?:địa chỉ|trụ sở|điện thoại|đt|tel|e-?mail|fax|hotline|đường dây nóng)(?:\s+\w+){0,3}\s*[:：]",
    re.I,
)
IMPRINT = re.compile(
    r"^\W*(?:©|\(c\)|copyright|bản quyền (?:thuộc|©|\d{4})|giấy phép (?:số|thiết lập|hoạt động"
    r"|xuất bản)|chịu trách nhiệm (?:chính|nội dung|xuất bản)"
    r"|cơ quan chủ quản|đơn vị chủ quản|designed by|powered by|phát triển bởi|thiết kế bởi|ghi rõ nguồn"
    r"|(?:chú ý|lưu ý)\s*:\s*(?:việc|mọi) (?:đăng|sao chép|trích)|mọi (?:hình thức )?sao chép"
    r"|all rights reserved"
    r"|(?:vui lòng|đề nghị|yêu cầu) (?:ghi|dẫn) (?:rõ )?nguồn|this material may not be published)",
    re.I,
)
