"""Words of administrative documents: types and symbols, organs, offices, surnames."""

from __future__ import annotations

# What begins the name of an organ; a line that begins otherwise goes on with the one above it.
ORGANS = (
    "ỦY BAN|UỶ BAN|UBND|UBMTTQ|HỘI ĐỒNG|HĐND|PHÒNG|BAN|SỞ|TRƯỜNG|TRUNG TÂM|ĐẢNG BỘ|HUYỆN ỦY|HUYỆN UỶ|"
    "QUẬN ỦY|THỊ ỦY|THÀNH ỦY|TỈNH ỦY|ĐẢNG ỦY|ĐẢNG UỶ|CHI BỘ|VĂN PHÒNG|HỘI|CÔNG AN|TÒA ÁN|TOÀ ÁN|VIỆN|"
    "CHI CỤC|CỤC|BỘ|ĐOÀN|MẶT TRẬN|LIÊN ĐOÀN|TỔNG|KHO BẠC|BẢO HIỂM|NGÂN HÀNG|CÔNG TY|THANH TRA|HẠT|TRẠM|"
    "QUỐC HỘI|CHÍNH PHỦ|THỦ TƯỚNG|ĐỘI"
).split("|")

# Those who sign, and their deputies.
OFFICES = (
    "CHỦ TỊCH|CHỦ NHIỆM|BÍ THƯ|TRƯỞNG PHÒNG|TRƯỞNG BAN|TRƯỞNG CÔNG AN|GIÁM ĐỐC|CHÁNH VĂN PHÒNG|"
    "HIỆU TRƯỞNG|CHÁNH THANH TRA|CHI CỤC TRƯỞNG|TỔNG GIÁM ĐỐC|CHỈ HUY TRƯỞNG|TRƯỞNG ĐOÀN|ĐỘI TRƯỞNG|"
    "VIỆN TRƯỞNG|CHÁNH ÁN|THỦ TƯỚNG|BỘ TRƯỞNG|CỤC TRƯỞNG|THƯ KÝ"
).split("|")

# What begins the text behind the subject.
TEXT_BEGINS = (
    "Căn cứ|Kính gửi|Thực hiện|Theo |Xét |Để |Nhằm |Phần |Hôm nay|Ngày |(|___|---|***|Chương I|"
    "QUYẾT ĐỊNH:|QUYẾT NGHỊ"
).split("|")

SURNAMES = frozenset(
    (
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đinh Hà Trịnh Lưu "
        "Mai Tạ Thái Cao Lâm Chu Tô Quách Vi Lò Lương Hứa Đoàn Trương Châu Kiều Sùng Giàng Vàng Lầu "
        "Ma Nông Triệu Bế Phùng Tăng Văn Thạch Kim Sơn Danh Từ Tống Đàm Đồng La Lại Ninh Phí Quan "
        "Quang Thân Tôn Uông Ung Viên Vương Âu Ông Bạch Cầm Chế Chử Cù Cung Diệp Doãn Giáp Hàn Hạ "
        "Khổng Khuất Khúc Lã Lục Lường Mạc Mạch Mông Mùa Nghiêm Nhâm Ngân Phó Sầm Thào Thiều Tiêu Trà "
        "Trang Tráng Triều Trưng Tòng Cà Quàng Lừu Hờ Hạng Cứ Vừ Xồng Già Lang Lộc Moong Cụt Lữ Hơ "
        "Kha Kso Rơ Siu Ksor Nay Y H' K' Rmah Đèo Điêu Bàn Phàn Tẩn Chảo Lèng Hầu Cháng Thò Ly Vù "
        "Phượng "
    ).split()
)
