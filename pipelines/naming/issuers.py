"""Who makes documents, as texts name them and as symbols abbreviate them."""

from __future__ import annotations

import re

# What a symbol means where it means one organ of the country; of the others only the text can tell which.
BY_SYMBOL = {
    "TTg": "Thủ tướng Chính phủ", "CP": "Chính phủ", "QH": "Quốc hội", "CTN": "Chủ tịch nước",
    "UBTVQH": "Ủy ban Thường vụ Quốc hội", "VPTW": "Văn phòng Trung ương Đảng",
    "BCA": "Bộ Công an", "BCT": "Bộ Công Thương", "BGDĐT": "Bộ Giáo dục và Đào tạo",
    "BGTVT": "Bộ Giao thông vận tải", "BKHCN": "Bộ Khoa học và Công nghệ", "BKHĐT": "Bộ Kế hoạch và Đầu tư",
    "BLĐTBXH": "Bộ Lao động - Thương binh và Xã hội", "BNG": "Bộ Ngoại giao", "BNV": "Bộ Nội vụ",
    "BNN": "Bộ Nông nghiệp và Phát triển nông thôn", "BNNPTNT": "Bộ Nông nghiệp và Phát triển nông thôn",
    "BNNMT": "Bộ Nông nghiệp và Môi trường", "BQP": "Bộ Quốc phòng", "BTC": "Bộ Tài chính",
    "BTNMT": "Bộ Tài nguyên và Môi trường", "BTP": "Bộ Tư pháp", "BTTTT": "Bộ Thông tin và Truyền thông",
    "BVHTTDL": "Bộ Văn hóa, Thể thao và Du lịch", "BXD": "Bộ Xây dựng", "BYT": "Bộ Y tế",
}  # fmt: skip

_BEGINS = (
    "Ủy ban|Uỷ ban|UBND|UBMTTQ|Hội đồng|HĐND|Phòng|Ban|Bộ|Sở|Trường|Trung tâm|Đảng bộ|Đảng ủy|Đảng uỷ|"
    "Huyện ủy|Huyện uỷ|Quận ủy|Quận uỷ|Thị ủy|Thị uỷ|Thành ủy|Thành uỷ|Tỉnh ủy|Tỉnh uỷ|Chi bộ|Văn phòng|"
    "Hội|Công an|Tòa án|Toà án|Viện|Chi cục|Cục|Tổng cục|Huyện đoàn|Tỉnh đoàn|Thị đoàn|Quận đoàn|Đoàn|"
    "Mặt trận|Liên đoàn|Kho bạc|Bảo hiểm|Ngân hàng|Thanh tra|Quốc hội|Chính phủ|Thủ tướng|Trung ương|"
    "Chủ tịch|Phó Chủ tịch|Bí thư|Thường trực|Tổng Bí thư|BTV|BCH|BTC|Ban CHQS|Hạt|Đội|"
    "BHXH|LĐLĐ|MTTQ|TAND|VKSND|Kiểm toán|Tổng công ty|Bưu điện|Điện lực"
)
_ENDS = (
    "về|v/v|quy định|ban hành|phê duyệt|hướng dẫn|ngày|khóa|khoá|cấp|trong|tại|đã|được|có|để|cho|gửi|"
    "yêu cầu|đối với|trên|nhiệm kỳ|vừa|mới|ký|là|thì|sẽ|đang|thông qua|giao|công nhận|triển khai|quyết định|"
    "chỉ đạo|đề nghị|thực hiện|phối hợp|tổ chức|năm|lần|theo|từ|với|như|sau|thay|sửa đổi|bổ sung|số|kỳ họp|"
    "ra|gồm|nêu|xác định|liên quan|quyết nghị|xây dựng|tiếp tục|cũng|nhằm|nên|do|bằng"
)
_AND = r"(?:,\s(?=[A-ZĐ][\w]*(?:\s[\w]+){0,2}\svà\s))"  # Bộ Văn hóa, Thể thao và Du lịch
_WORD = rf"(?:(?!(?:{_ENDS})(?!\w))[\wÀ-ỹ]+)"
_AND_WORD = r"và\s(?!(?i:quyết định|nghị quyết|kế hoạch|thông báo|công văn|báo cáo|chỉ thị|hướng dẫn|các))"
ORGAN = re.compile(
    rf"(?<!\w)(?i:{_BEGINS})(?!\w)(?:(?:\s-\s|\s|{_AND})(?:{_AND_WORD})?(?!(?i:và)(?!\w)){_WORD}){{0,12}}"
)
