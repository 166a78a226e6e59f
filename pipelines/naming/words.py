"""The words before a name of a place: of landmarks, of persons, of people who live there, of directions."""

from __future__ import annotations

_LONGEST = 4  # words of a phrase
_LANDMARKS = frozenset(
    (
        "trạm y tế|tượng|thánh địa|festival|giải|cúp|trường|thcs|thpt|th|mn|th&thcs|tiểu học|"
        "tiểu học và thcs|mầm non|mẫu giáo|ptdtbt|ptdtnt|"
        "trung học cơ sở|trung học phổ thông|đại học|cao đẳng|trung cấp|điểm trường|cụm công nghiệp|"
        "khu công nghiệp|kcn|ccn|khu kinh tế|cụm cn|chợ|siêu thị|cầu|hồ|hồ chứa|đền|đền thờ|chùa|đình|miếu|"
        "phủ|am|lăng|nghè|nhà thờ|giáo xứ|giáo họ|kè|đập|đê|cống|đầm|nhà máy|nhà máy nước|nhà máy gạch|"
        "trạm|trạm bơm|trạm biến áp|trạm thu phí|cảng|cảng cá|bến|bến cá|bến xe|bến phà|phà|bãi|bãi biển|"
        "bãi tắm|biển|núi|dãy|đồi|sông|suối|thác|đèo|hang|động|đảo|hòn|vịnh|rừng|vườn quốc gia|khu đô thị|"
        "kđt|khu đô thị mới|khu du lịch|khu di tích|di tích|khu sinh thái|khu tái định cư|khu dân cư|kdc|"
        "khu nghỉ dưỡng|khu bảo tồn|htx|hợp tác xã|công ty|doanh nghiệp|tập đoàn|bệnh viện|phòng khám|"
        "nhà hàng|khách sạn|quán|quán phở|quán cơm|tiệm|đường|phố|tuyến phố|tuyến đường|ngõ|hẻm|đại lộ|"
        "quốc lộ|tỉnh lộ|ngã ba|ngã tư|quảng trường|công viên|vườn hoa|lễ hội|hội|clb|câu lạc bộ|đội bóng|"
        "đồn|đồn biên phòng|thủy điện|thuỷ điện|mỏ|mỏ đá|mỏ than|cánh đồng|ga|hầm|quỹ tín dụng|ngân hàng|"
        "bưu điện|phố cổ|nhà văn hóa|nhà văn hoá|sân vận động|sân bay|nghĩa trang|tượng đài|dòng họ|thôn|"
        "xóm|ấp|bản|buôn|làng|khu phố|tổ dân phố|tdp|khối|khối phố|phum|sóc|plei|tổ|dự án|tàu|nông trường|"
        "lâm trường|huyện|quận|thị xã|thành phố|tỉnh|châu|nhãn hiệu|thương hiệu|sản phẩm|thời|nhà|tx|tp|"
        "tx.|tp."
    ).split("|")
)
_BETWEEN = frozenset(
    "sinh thái|mới|cũ|lớn|nhỏ|thủy lợi|nhân tạo|làng nghề|nghề|thái|lợi|tạo".split("|")
)  # chợ cũ X
_PERSONS = frozenset(
    (
        "anh|chị|ông|bà|cô|thầy|em|cháu|cậu|bé|cụ|già|bác|chú|dì|đồng chí|đ/c|mẹ|nghệ sĩ|nghệ nhân|ca sĩ|"
        "nhạc sĩ|nhà thơ|nhà báo|họa sĩ|bác sĩ|bs|kỹ sư|cô giáo|thầy giáo|thiếu tá|trung tá|thượng tá|"
        "đại tá|đại úy|thượng úy|trung úy|tướng|đại tướng|vua|chúa|thánh|đức|bị cáo|bị can|đối tượng|"
        "nạn nhân|liệt sĩ|liệt sỹ|anh hùng|danh tướng|phóng viên|tác giả|họ|tên|mang tên|tên là"
    ).split("|")
)
_LEADS = frozenset(
    (
        "ở|tại|về|đến|tới|xuống|thuộc|từ|qua|lên|sang|vào|khỏi|quanh|gần|giáp|phía nam|phía bắc|phía đông|"
        "phía tây|hội lhpn|lhpn|hội phụ nữ|hội nông dân|hội ccb|hội cựu chiến binh|mttq|mặt trận|"
        "đoàn thanh niên|ban chqs|người dân|nhân dân|bà con|cử tri|hộ dân|các hộ|nông dân|ngư dân|"
        "tân binh|thanh niên|"
        "phụ nữ|cán bộ|lãnh đạo|chính quyền|đảng bộ|đảng ủy|đảng uỷ|ubnd|hđnd|ubmttq|công an|đoàn viên|"
        "nhà vườn|diêm dân|giáo dân|đồng bào|địa bàn|địa phận|địa phương|dân quân|hội viên|"
        "học sinh|cựu chiến binh"
    ).split("|")
)
# With a capital at the beginning of a sentence these are no part of the name behind them.
_STARTS = frozenset(
    (
        "tuyến|vùng|hướng|ra|cho|với|của|riêng|và|cùng|gồm|như|là|giữa|chốt|điểm|đội|các|một phần|thắng|thua|"
        "gặp|hòa"
    ).split("|")
)
_HAMLETS = frozenset("thôn|xóm|ấp|bản|buôn|làng|khối|phố|tdp|tổ|đội|khu|phum|sóc|plei|km".split("|"))


def landmark(before: str) -> bool:
    """Returns whether `before` ends in the word for a landmark: "chợ", "Trường THCS"."""
    words = _words(before)
    if words and (words[-1] in _BETWEEN or (len(words[-1]) == 1 and words[-1].isalnum())):
        words = words[:-1]
        if words and words[-1] in ("sinh", "thủy", "nhân", "làng", "số"):
            words = words[:-1]
    return _ends(words, _LANDMARKS)


def person(before: str) -> bool:
    """Returns whether `before` ends in what is said before a person's name."""
    return _ends(_words(before), _PERSONS)


def leads_in(before: str) -> bool:
    """Returns whether `before` says that people live in, or go to, what follows: "ở", "bà con", "thôn 5"."""
    words = _words(before)
    if not words:
        return False
    if _ends(words, _LEADS):
        return True
    last = words[-1].rstrip(",")
    if len(words) > 1 and last[:1].isdecimal() and words[-2] in _HAMLETS:
        return True
    if before.rstrip()[-1] not in ",(":
        return False
    part = before.rstrip()[:-1]
    part = part[max(map(part.rfind, ",;.()\n")) + 1 :]
    told = part.lower().split()
    return len(part) < 40 and any(word in _HAMLETS for word in told[:-1])


def starts(before: str) -> bool:
    """Returns whether `before` ends in a word that may have a capital for the sentence's sake."""
    words = _words(before)
    return _ends(words, _LEADS) or _ends(words, _STARTS)


def _words(before: str) -> list[str]:
    return before[-40:].rstrip(" \u00a0“\"'").lower().split()


def _ends(words: list[str], phrases: frozenset[str]) -> bool:
    return any(" ".join(words[-size:]) in phrases for size in range(1, min(_LONGEST, len(words)) + 1))
