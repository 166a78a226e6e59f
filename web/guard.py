"""What stands before every page: who may ask, what is asked, and what a browser may do with the answer."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LONGEST = 4_000  # bytes of an address: what browsers and proxies pass on
# Nothing from elsewhere, no script in a page, no frame around it: captured text cannot act here.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
}


class Guard:
    """Lets GET and HEAD through that name one of `hosts`, and sets the headers of every answer.

    `policy` is the Content-Security-Policy, POLICY unless told otherwise.

    A foreign Host is a page elsewhere that resolves its own name to this machine (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], policy: str = POLICY) -> None:
        self.app, self.hosts = app, {host.lower() for host in hosts}
        self.headers = _HEADERS | {"Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request itself, or hands it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self.app)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("read-only: GET and HEAD alone", 405, {"Allow": "GET, HEAD"})
        host = Headers(scope=scope).get("host", "").lower()
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if "*" not in self.hosts and name not in self.hosts:
            return PlainTextResponse("this host name is not served; see huyen serve --help", 421)
        if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > _LONGEST:
            return PlainTextResponse("the address is too long", 414)
        return None
