"""Certificates and protocols of https, host by host: verified, unless the registry makes an exception.

Each exception lets pass one fault that portals really have, and nothing else; what it let pass is known
afterwards, so that it can be kept with the capture.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.ssl import TLSVersion
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.fetch.hosts import VERIFY
from crawler.fetch.internals import TlsConnections, TlsOptions

if TYPE_CHECKING:
    from OpenSSL.crypto import X509

logger = logging.getLogger(__name__)

# Numbers of OpenSSL (x509_vfy.h) that each exception lets pass.
EXCEPTIONS: dict[str, frozenset[int]] = {
    "allow-expired": frozenset({10}),  # X509_V_ERR_CERT_HAS_EXPIRED
    "allow-incomplete-chain": frozenset({20, 21, 27}),  # the issuer is not sent, nor known here
    "legacy": frozenset(),  # TLS 1.0, old ciphers and short keys; the certificate is verified
}
_WORDS = {
    9: "not_yet_valid",
    10: "expired",
    18: "self_signed",
    19: "self_signed",
    20: "incomplete_chain",
    21: "incomplete_chain",
    27: "incomplete_chain",
    62: "other_host",
}
_LEGACY_CONNECT = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT: servers without RFC 5746


class _Options(TlsOptions):
    """`legacy` speaks what OpenSSL has switched off since."""

    legacy = False

    def prepare(self, context: SSL.Context) -> None:
        if self.legacy:
            context.set_options(_LEGACY_CONNECT)
            context.set_cipher_list(b"ALL:!aNULL:!eNULL@SECLEVEL=0")


class _Connections(TlsConnections):
    """Makes the connections to one host, and judges its certificates."""

    def __init__(
        self, options: _Options, where: tuple[str, int], allowed: frozenset[int], policy: HostPolicy
    ) -> None:
        super().__init__(options, where[0])
        self._where, self._allowed, self._policy = where, allowed, policy

    def verify(self, connection: SSL.Connection, certificate: X509, error: int, depth: int, ok: int) -> bool:
        """Lets pass what the exception names, and nothing else; notes what was wrong."""
        if not ok and error not in self._allowed:
            self._policy.faults[self._where] = _WORDS.get(error, f"error_{error}")
            return False
        if not ok:
            self._policy.passed[self._where] = _WORDS[error]
        if depth == 0:
            service = DNS_ID(self.name) if self.is_dns_name else IPAddress_ID(self.name)
            try:
                verify_service_identity(extract_patterns(certificate), [service], [])
            except (CertificateError, VerificationError, ValueError):
                self._policy.faults[self._where] = _WORDS[62]
                return False
        if connection.get_protocol_version() < SSL.TLS1_2_VERSION:
            self._policy.passed[self._where] = connection.get_protocol_version_name()
        return True


@implementer(IPolicyForHTTPS)
class HostPolicy:
    """Chooses by host: `modes` maps host names to a key of EXCEPTIONS.

    By host and port, `faults` names what was wrong with the last certificate that was refused, `passed` with
    the last that was let pass.
    """

    def __init__(self, modes: Mapping[str, str]) -> None:
        self.modes = dict(modes)
        self.faults: dict[tuple[str, int], str] = {}
        self.passed: dict[tuple[str, int], str] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> TlsConnections:
        name = hostname.decode("ascii") if isinstance(hostname, bytes) else hostname
        mode = self.modes.get(name, VERIFY)
        extra: dict[str, Any] = {"insecurelyLowerMinimumTo": TLSVersion.TLSv1_0} if mode == "legacy" else {}
        options = _Options(**extra)
        options.legacy = mode == "legacy"
        return _Connections(options, (name, port), EXCEPTIONS.get(mode, frozenset()), self)
