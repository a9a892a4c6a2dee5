"""A time-stamping authority of our own, made with openssl: its certificates, and answers to questions."""

from __future__ import annotations

from pathlib import Path

from tests.support.archive import run

CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {where}/serial
crypto_device = builtin
signer_cert = {where}/tsa.pem
certs = {where}/ca.pem
signer_key = {where}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
[extensions]
extendedKeyUsage = critical, timeStamping
"""


class Authority:
    """Answers questions that ``openssl ts`` makes."""

    def __init__(self, where: Path) -> None:
        where.mkdir(parents=True, exist_ok=True)
        self.where = where
        self.certificate = where / "ca.pem"
        (where / "tsa.cnf").write_text(CONFIGURATION.format(where=where))
        (where / "serial").write_text("01\n")
        new = ("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj")
        run(*new, "/CN=ca", "-x509", "-days", "30", "-keyout", where / "ca.key", "-out", self.certificate)
        run(*new, "/CN=tsa", "-keyout", where / "tsa.key", "-out", where / "tsa.csr")
        made = ("openssl", "x509", "-req", "-days", "30", "-CAcreateserial", "-extensions", "extensions")
        run(*made, "-in", where / "tsa.csr", "-CA", self.certificate, "-CAkey", where / "ca.key", *self._made())

    def _made(self) -> tuple[str | Path, ...]:
        return "-extfile", self.where / "tsa.cnf", "-out", self.where / "tsa.pem"

    def answer(self, question: bytes) -> bytes:
        """A token over what was asked."""
        asked, made = self.where / "question", self.where / "answer"
        asked.write_bytes(question)
        run("openssl", "ts", "-reply", "-config", self.where / "tsa.cnf", "-queryfile", asked, "-out", made)
        return made.read_bytes()
