"""Servers that speak raw bytes, for what no library would send; and certificates that are wrong in one way each."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Talk = Callable[[socket.socket, str], None]


@contextmanager
def talking(talk: Talk, certificate: Path | None = None) -> Iterator[int]:
    """The port at which `talk(connection, target)` answers each request, each connection in a thread of its own."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_answer, args=(connection, context, talk), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def _answer(connection: socket.socket, context: ssl.SSLContext | None, talk: Talk) -> None:
    try:
        with connection if context is None else context.wrap_socket(connection, server_side=True) as speaking:
            head = b""
            while b"\r\n\r\n" not in head and (piece := speaking.recv(65536)):
                head += piece
            if head:
                talk(speaking, head.split(b" ")[1].decode())
    except OSError:
        return


def certificates(folder: Path) -> dict[str, Path]:
    """An authority (`ca`) and what it vouches for: `sound`, `expired`, `early`, `other` (another host); `self` vouches for
    itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    authority = _signed(key, "authority", None, key, (now - day, now + day), None)
    made = {"ca": authority}
    for name, host, dates in (
        ("sound", "127.0.0.1", (now - day, now + day)), ("expired", "127.0.0.1", (now - 3 * day, now - day)),
        ("early", "127.0.0.1", (now + day, now + 3 * day)), ("other", "127.9.9.9", (now - day, now + day)),
    ):  # fmt: skip
        made[name] = _signed(ec.generate_private_key(ec.SECP256R1()), host, "authority", key, dates, host)
    own = ec.generate_private_key(ec.SECP256R1())
    made["self"] = _signed(own, "127.0.0.1", None, own, (now - day, now + day), "127.0.0.1")
    paths = {name: folder / f"{name}.pem" for name in made}
    for name, text in made.items():
        paths[name].write_bytes(text)
    return paths


def _signed(
    key: ec.EllipticCurvePrivateKey, name: str, issuer: str | None, by: ec.EllipticCurvePrivateKey,
    dates: tuple[datetime.datetime, datetime.datetime], host: str | None,
) -> bytes:  # fmt: skip
    def called(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        x509.CertificateBuilder().subject_name(called(name)).issuer_name(called(issuer or name))
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(dates[0]).not_valid_after(dates[1])
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
    )  # fmt: skip
    if host is not None:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False
        )
    made = builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain) + made
