"""Certificates for servers on 127.0.0.1: an authority of its own, and leaves with chosen faults."""

from __future__ import annotations

import ssl
import warnings
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_KEY = rsa.generate_private_key(
    public_exponent=65537, key_size=2048
)  # one for all: it takes a tenth of a second


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _signed(subject: str, issuer: str, days: int, authority: bool, address: str) -> bytes:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(_KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(_KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def authority(folder: Path) -> Path:
    """The file of a root certificate, to be trusted by SSL_CERT_FILE."""
    file = folder / "root.pem"
    file.write_bytes(_signed("Root", "Root", 90, True, ""))
    return file


def context(
    folder: Path, *, issuer: str = "Root", days: int = 90, address: str = "127.0.0.1", old: bool = False
) -> ssl.SSLContext:
    """How a server speaks TLS; `issuer` signed its certificate, which ends in `days`; `old`: by TLS 1.0."""
    file = folder / f"leaf-{issuer}-{days}-{address}.pem"
    secret = _KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(_signed(address, issuer, days, False, address) + secret)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if old:
        made.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            made.minimum_version = ssl.TLSVersion.TLSv1
            made.maximum_version = ssl.TLSVersion.TLSv1
    made.load_cert_chain(file)
    return made
