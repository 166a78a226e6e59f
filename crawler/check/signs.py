"""The signs of pages that are no portal's: parked names, servers' default pages, works, break-ins, walls.

Each list has one alternative a line.
"""

from __future__ import annotations

import re

from pipelines.article.wording import Phrases

SHORT = 250  # words; a portal's home page has more, and its news may speak of repairs and of sales


def _any(lines: str) -> str:
    """Returns the pattern of any of `lines`."""
    return "|".join(line.strip() for line in lines.strip().splitlines())


PARKED = Phrases(
    _any(r"""
    (?:this )?domain (?:name )?(?:is |may be |has been )?(?:for sale|parked|expired|available for purchase)
    buy this domain
    domain parking
    parked (?:domain|free|page)
    parkingcrew
    sedo domain parking
    hugedomains
    the domain .{3,60} is for sale
    this domain was recently registered
    make an offer on this domain
    tên miền (?:này )?(?:đang |đã )?(?:được )?(?:rao bán|cần bán|hết hạn|quá hạn|chưa được gia hạn)
    tên miền (?:này )?(?:đang |đã )?bị tạm ngưng
    tên miền .{3,60} (?:đang được rao bán|đã hết hạn|chưa (?:được )?(?:trỏ|cấu hình|gia hạn))
    bán tên miền
    mua tên miền này
    (?:this )?account (?:has been )?suspended
    website (?:has been |is )?suspended
    (?:gói )?(?:hosting|dịch vụ)(?: của website)? (?:này )?(?:đã )?hết hạn
    (?:hosting|website)(?: này)? (?:đã )?bị tạm (?:khóa|khoá|ngưng|dừng)
    """)
)
DEFAULT_TITLE = re.compile(
    r"^[^\w]*(?:"
    + _any(r"""
    iis ?(?:windows(?: server)?|\d)
    microsoft internet information services
    welcome to (?:nginx|centos|openresty|xampp|caddy|windows)
    apache2? .{0,20}default page
    apache http server test page
    apache tomcat
    http server test page
    test page for (?:the )?(?:apache|nginx)
    index of /
    directory listing
    it works!?$
    (?:plesk|cpanel|directadmin|aapanel|jboss|glassfish|wildfly)\b
    default (?:web site|page|parallels)
    domain default page
    (?:web ?)?server.{0,15}default page
    success! your new web server
    hello,? world!?$
    congratulations!?$
    """)
    + ")",
    re.I,
)
DEFAULT_TEXT = Phrases(
    _any(r"""
    if you see this page, the nginx web server is successfully installed
    this is the default (?:welcome|web) page
    the web server software is running but no content
    this page is used to test the proper operation of
    your web server is working
    if you are the owner of this (?:web ?site|domain), please contact your hosting provider
    the site you are trying to view does not currently have a default page
    there (?:is|are) no (?:web ?site|content|files?) (?:configured|here|uploaded)(?: yet)?
    (?:đây là )?trang mặc định (?:của|được)
    (?:website|trang web|tên miền)(?: này)? (?:chưa|đang chờ)(?: được)? (?:cấu hình|kích hoạt|cài đặt|tải lên)
    (?:hosting|máy chủ)(?: của bạn)? (?:đã|vừa)(?: được)? (?:kích hoạt|khởi tạo|cài đặt)(?: thành công)?
    """)
)
WORKS = Phrases(
    _any(r"""
    (?:đang|tạm (?:dừng|ngừng|ngưng) để)(?: được| tiến hành)? (?:bảo (?:trì|dưỡng)|nâng cấp|xây dựng|sửa chữa)
    bảo trì (?:hệ thống|website|trang|cổng|máy chủ|định kỳ)
    hệ thống bảo trì
    under (?:maintenance|construction)
    (?:down|closed) for (?:scheduled )?maintenance
    coming soon
    scheduled maintenance
    be right back
    site is undergoing
    sẽ (?:sớm )?(?:trở lại|hoạt động trở lại|quay lại)
    vui lòng (?:quay lại|truy cập lại) sau
    """)
)
ERROR_TITLE = re.compile(
    r"^[^\w]*(?:(?:http )?(?:error|lỗi|status)?[^\w]*(?:404|500|502|503|504)\b"
    r"|(?:page )?not found|không tìm thấy trang|bad gateway|service (?:temporarily )?unavailable|bad request$"
    r"|internal server error|(?:server|runtime|application|database|system) error|gateway time-?out"
    r"|lỗi (?:hệ thống|máy chủ|kết nối|ứng dụng)|object reference|error establishing a database)",
    re.I,
)
DEFACED = re.compile(r"\b(?:ha[ckx]{1,2}ed|h4ck3d|defaced|pwned|0wned|owned|rooted) by\b", re.I)
WALL = re.compile(
    _any(r"""
    just a moment
    attention required
    access denied
    request (?:rejected|blocked)
    web application firewall
    forbidden
    checking your browser
    verifying you are human
    incapsula
    captcha
    truy cập bị (?:từ chối|chặn)
    not acceptable
    support id is
    cloudflare
    tường lửa
    """),
    re.I,
)
LOGIN = Phrases("đăng nhập|login|log in|sign in|mật khẩu|password")
