"""What the labels of menus say: news, or everything else that a portal has. On folded text."""

from __future__ import annotations

import re

NEWS = re.compile(
    r"\b(?:tin|thoi su|su kien|hoat dong|thong bao|kinh te|van hoa|xa hoi|chinh tri|quoc phong|an ninh"
    r"|nong thon|xay dung dang|doan the|giao duc|y te|nong nghiep|chuyen muc|news)\b"
)
OTHER = re.compile(
    r"\b(?:gioi thieu|van ban|thu tuc|bo may|to chuc|lich|lien he|so do|ban do|hoi dap|gop y|dang nhap"
    r"|danh ba|english|thu vien|video|anh|cong khai|tim kiem|chuc nang|lich su|dich vu)\b"
)
