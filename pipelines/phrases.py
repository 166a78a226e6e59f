"""What portals write around and between the paragraphs of an article: the phrases that tell a block's role.

Collected from the seed pages and the systems' own templates; each pattern is anchored or bounded by the rules
that use it (pipelines.roles), so that prose does not match.
"""

import re

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
# Lines that offer a function of the page. Whole lines of at most eight words, so prose never matches.
UTILITY = re.compile(
    r"^(?:[\W\d_]*)(?:lượt (?:xem|truy cập|đọc)|số lượt|đã xem|xem|in (?:bài|trang|ấn|tin)|bản in"
    r"|gửi (?:email|mail|bài|cho|phản hồi|bình luận)"
    r"|chia sẻ|share|tweet|facebook|zalo|print|email|cỡ chữ|phông chữ|kích thước|tăng|giảm"
    r"|nghe (?:bài|nội dung|đọc)|đọc bài|quay (?:lại|về)"
    r"|trở (?:lại|về)|về đầu trang|đầu trang|lên đầu|mặc định|màu chữ|đánh giá|tổng số (?:điểm"
    r"|đánh giá)|click để|xếp hạng|bình luận|phản hồi"
    r"|thích|theo dõi|lưu bài|trang chủ|trước|sau|tiếp|xem thêm|tải về|download|previous|next|back"
    r"|a[-+]|like|đăng nhập|tương phản"
    r"|đọc tin|giọng|tốc độ đọc|print this|skip (?:ribbon|to)|null|image advertisement|image banner|image)\b",
    re.I,
)
# Headings that open what no longer belongs to the article.
CLOSING = re.compile(
    r"^\W*(?:(?:các |những |một số )?(?:tin|bài)(?: viết| tức| báo| đăng)?s?(?: bài)? (?:liên quan"
    r"|khác|cùng|mới|cũ|đã đưa|đã đăng|trước|tiếp|sau|nổi bật"
    r"|đọc nhiều|xem nhiều|tiêu điểm|gần đây)|(?:các|những) (?:tin|bài)\b.{0,25}(?:khác|liên quan"
    r"|mới hơn|cũ hơn|trước|sau)|có thể bạn|bạn có thể"
    r"|xem thêm|đọc thêm|cùng (?:chuyên mục|chủ đề|danh mục)|chuyên mục khác|(?:\d+ )?bình luận"
    r"|ý kiến (?:bạn đọc|của bạn|độc giả|bình luận)"
    r"|gửi (?:bình luận|ý kiến|phản hồi)|để lại (?:một )?(?:bình luận|phản hồi)|viết bình luận"
    r"|leave a (?:reply|comment)|comments?|trả lời"
    r"|related|từ khóa|tags?|thẻ|thăm dò ý kiến|video(?: clip)?|thư viện ảnh|liên kết (?:website|web)"
    r"|thông báo mới|văn bản mới"
    r"|tổng số điểm|theo dòng sự kiện|tin đọc nhiều|điều hướng bài viết|post navigation"
    r"|bản đồ hành chính|lịch công tác)\b",
    re.I,
)
BYLINE_LABEL = re.compile(
    r"^\W*(?:(?:tin|bài|ảnh|tin,? ?bài|tin[ ,&và-]+ảnh|bài[ ,&và-]+ảnh|tin,? bài[ ,&và]+ảnh|thực hiện"
    r"|biên tập|người (?:viết|đăng)"
    r"|tác giả(?: bài viết)?|nguồn(?: tin| bài viết)?|tổng hợp|theo|by|author)\s*[:：]|(?:tin"
    r"|bài)[ ,]+ảnh\s|nguồn\s)\s*",
    re.I,
)
NAME_WORD = r"(?:[A-ZÀ-ỸĐ][\w.’'&]*|[A-ZĐ.&]+)"
NAME = re.compile(
    rf"^\W{{0,3}}{NAME_WORD}(?:(?:\s*[-–—,&+/]\s*|\s+(?:và|và ảnh|\()?\s*){NAME_WORD}){{0,9}}\s*(?:\([^()]{{2,60}}\)|[-–—,]\s*[^.!?]{{3,50}})?\W{{0,2}}$"
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
PROSE_START = re.compile(
    r"^(?:tại|theo|sau|trong|trên|ngoài|bên cạnh|cùng|dịp|nhân|hội nghị đã|để|với|từ|về|đến|qua|do|vì"
    r"|như|tuy|mặc dù|bởi|đây|được|hiện|năm|ngày|sáng|chiều|tối)\b",
    re.I,
)
SENTENCE_END = re.compile(r"[.!?…:;][”\"')»]*$")
INNER_END = re.compile(r"(?<!\bĐ/c)(?<!\bTS)(?<!\bThS)(?<!\bTP)[.!?]\s+(?!\(?ảnh)[A-ZÀ-ỸĐ]")
FILE_NAME = re.compile(
    r"^\S[^|]{0,80}\.(?:jpe?g|png|gif|bmp|webp|heic|mxf\S*)$|^(?:anh-tin-bai|%image_alt%"
    r"|image advertisement|image banner|img_?\d+|dsc_?\d+|untitled.*)$",
    re.I,
)
IMPRINT = re.compile(
    r"^\W*(?:©|\(c\)|copyright|bản quyền (?:thuộc|©|\d{4})|giấy phép (?:số|thiết lập|hoạt động"
    r"|xuất bản)|chịu trách nhiệm (?:chính|nội dung|xuất bản)"
    r"|cơ quan chủ quản|đơn vị chủ quản|designed by|powered by|phát triển bởi|thiết kế bởi|ghi rõ nguồn)",
    re.I,
)
