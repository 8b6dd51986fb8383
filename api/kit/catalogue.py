"""Every kind of problem the API answers with: stable id, status and title.

The id is part of the contract: clients branch on it, so it never changes its meaning. The list for
people is `docs/problems.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from api.kit.text import Text

TYPE_PREFIX = "urn:liftline:problem:"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: HTTP status and title."""

    status: int
    title: Text


class ProblemType(Enum):
    """Kinds of problems; the member's name in kebab case is the stable id."""

    MALFORMED_REQUEST = Kind(400, Text("请求格式错误", "Malformed request"))
    INVALID_CURSOR = Kind(400, Text("分页游标无效", "Invalid page cursor"))
    NOT_AUTHENTICATED = Kind(401, Text("未登录或凭证无效", "Not authenticated"))
    WRONG_CREDENTIALS = Kind(401, Text("账号或密码错误", "Wrong login or password"))
    CSRF_REFUSED = Kind(403, Text("缺少跨站请求防护标头", "Cross-site request refused"))
    FORBIDDEN = Kind(403, Text("没有权限", "Not permitted"))
    NOT_FOUND = Kind(404, Text("未找到", "Not found"))
    METHOD_NOT_ALLOWED = Kind(405, Text("不支持该方法", "Method not allowed"))
    REQUEST_TIMEOUT = Kind(408, Text("请求发送过慢", "Request sent too slowly"))
    CONFLICT = Kind(409, Text("与现有数据冲突", "Conflict with existing data"))
    DUPLICATE = Kind(409, Text("唯一编号已被占用", "Already taken"))
    IN_USE = Kind(409, Text("仍被引用，不能删除", "Still in use"))
    ILLEGAL_TRANSITION = Kind(409, Text("事件当前状态不允许该操作", "Not possible in the incident's state"))
    CALL_OVER = Kind(409, Text("报警通话已结束", "The alarm's call is over"))
    NO_PHONE = Kind(409, Text("没有可用的电话", "No phone to ring"))
    NOT_PROVEN = Kind(409, Text("记录与防篡改日志不一致", "Not as it was logged"))
    FILE_MISSING = Kind(410, Text("录音文件缺失", "Recording file is missing"))
    BODY_TOO_LARGE = Kind(413, Text("请求内容过大", "Request body too large"))
    UNSUPPORTED_MEDIA_TYPE = Kind(415, Text("不支持的内容类型", "Unsupported media type"))
    RANGE_NOT_SATISFIABLE = Kind(416, Text("请求的范围无法满足", "Range not satisfiable"))
    INVALID_REQUEST = Kind(422, Text("请求内容有误", "Invalid request"))
    IMPORT_REFUSED = Kind(422, Text("导入内容有误，未作任何更改", "Import refused, nothing was changed"))
    HTTPS_REQUIRED = Kind(426, Text("须使用 HTTPS", "HTTPS is required"))
    TOO_MANY_REQUESTS = Kind(429, Text("尝试次数过多，请稍后再试", "Too many attempts"))
    INTERNAL_ERROR = Kind(500, Text("服务器内部错误", "Internal error"))
    TOO_BUSY = Kind(503, Text("接收队列已满，请稍后重发", "Too much waits to be stored"))
    DATABASE_UNAVAILABLE = Kind(503, Text("数据库暂不可用", "Database unavailable"))
    SWITCH_UNAVAILABLE = Kind(503, Text("交换机暂不可用", "The switch cannot be reached"))
    SIGNING_UNAVAILABLE = Kind(503, Text("签名密钥不在本机", "The signing key is not here"))
    TIMED_OUT = Kind(503, Text("处理超时", "Processing timed out"))

    @property
    def id(self) -> str:
        """The stable id, `not-found` for example."""
        return self.name.lower().replace("_", "-")

    @property
    def uri(self) -> str:
        """The `type` member of RFC 9457."""
        return TYPE_PREFIX + self.id

    @property
    def status(self) -> int:
        """HTTP status code."""
        return self.value.status

    @property
    def title(self) -> Text:
        """What the kind is called, the same for each occurrence."""
        return self.value.title


BY_STATUS = {
    400: ProblemType.MALFORMED_REQUEST,
    401: ProblemType.NOT_AUTHENTICATED,
    403: ProblemType.FORBIDDEN,
    404: ProblemType.NOT_FOUND,
    405: ProblemType.METHOD_NOT_ALLOWED,
    413: ProblemType.BODY_TOO_LARGE,
    415: ProblemType.UNSUPPORTED_MEDIA_TYPE,
    422: ProblemType.INVALID_REQUEST,
}
"""Which kind stands for an error that the framework raised with a bare status."""
