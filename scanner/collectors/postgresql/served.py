"""What a client gets, asked on the wire without credentials: TLS versions, certificate, method of authentication.

Every answer speaks for this source address, the role and the database that were named, so each observation says so. A
made-up role stands for the server; the roles of applications get a scope of their own. That plaintext is refused
counts only where the same question over TLS is not refused: otherwise this address is not let in at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.collectors.postgresql.notebook import Notebook
from scanner.model import SERVER, Absent, Content, Known, Plane, Unresolved
from scanner.probes import certificate
from scanner.probes.channel import Endpoint, resolve
from scanner.probes.postgresql import Answer, Offer, request_tls, startup_in_the_clear, startup_over_tls
from scanner.probes.tls import LowestVersion, lowest_tls_accepted

MADE_UP = "scanner_probe"
"""A role that nobody has: lines for ``all`` match it, and its answer tells the server's own default method."""

CERTIFICATE = ("certificate_days_left", "certificate_host_matches", "certificate_self_signed")
STARTUP = ("authentication_offered", "trust_accepted", "plaintext_accepted")
MAX_ROLES = 10
"""Each role costs two connections and two lines in the server's log."""


@dataclass(frozen=True)
class Questions:
    """Where to ask, and for whom."""

    host: str
    port: int
    database: str
    roles: tuple[str, ...] = ()


def probe(notebook: Notebook, questions: Questions) -> None:
    """Ask everything once, over one address."""
    timeout = notebook.context.timeout
    try:
        endpoint = resolve(questions.host, questions.port)
    except (OSError, UnicodeError):
        remedy = "correct the host in the connection string, or give the source a host"
        notebook.gap(Plane.SERVED, f"the name {questions.host} does not resolve", remedy)
        return
    lowest = lowest_tls_accepted(endpoint, prepare=request_tls, timeout=timeout)
    with_tls = lowest.accepted is not None
    if not with_tls and not lowest.speaks_no_tls:
        unknown = lowest.content
        assert isinstance(unknown, Unresolved)  # noqa: S101 - without an accepted handshake it is nothing else
        notebook.gap(Plane.SERVED, unknown.reason, unknown.remedy, locator=str(endpoint))
        return
    if _startups(notebook, endpoint, questions, with_tls):
        notebook.answer(Plane.SERVED, str(endpoint))
        _versions(notebook, endpoint, lowest)
        _certificate(notebook, endpoint, questions.host, lowest)


def _versions(notebook: Notebook, endpoint: Endpoint, lowest: LowestVersion) -> None:
    tried = tuple(f"{name}: {found.outcome}" + (f", {found.detail}" if found.detail else "")
                  for name, found in lowest.handshakes)  # fmt: skip
    content: Content = lowest.content if lowest.accepted else Known("")
    note = "" if lowest.accepted else "the server offers no TLS"
    locator = f"TLS handshake with {endpoint}"
    notebook.observe(Plane.SERVED, "lowest_tls_accepted", content, locator, chain=tried, note=note)


def _certificate(notebook: Notebook, endpoint: Endpoint, host: str, lowest: LowestVersion) -> None:
    locator = f"certificate served by {endpoint}"
    found = lowest.accepted
    contents: dict[str, Content]
    if found is None:
        contents = dict.fromkeys(CERTIFICATE, Absent())
    elif not found.certificate:
        unknown = Unresolved(
            "the handshake ended before a certificate was shown", "give the probe a client certificate"
        )
        contents = dict.fromkeys(CERTIFICATE, unknown)
    else:
        contents = certificate.contents(found.certificate, host, notebook.context.now)
    for name, content in contents.items():
        notebook.observe(Plane.SERVED, name, content, locator, note=f"as {host}" if name.endswith("matches") else "")


def _startups(notebook: Notebook, endpoint: Endpoint, questions: Questions, with_tls: bool) -> bool:
    """False when what listens there is not PostgreSQL at all."""
    timeout = notebook.context.timeout
    if len(questions.roles) > MAX_ROLES:
        reason = f"only the first {MAX_ROLES} of {len(questions.roles)} application roles were asked for"
        notebook.gap(Plane.SERVED, reason, "name fewer application_roles for this source", STARTUP, str(endpoint))
    asked = [(SERVER, MADE_UP), *((f"role={role}", role) for role in questions.roles[:MAX_ROLES])]
    for scope, role in asked:
        over_tls = startup_over_tls(endpoint, role, questions.database, timeout) if with_tls else Offer(Answer.NO_TLS)
        clear = startup_in_the_clear(endpoint, role, questions.database, timeout)
        if clear.answer is Answer.NOT_POSTGRESQL and over_tls.answer in (Answer.NO_TLS, Answer.NOT_POSTGRESQL):
            notebook.gap(
                Plane.SERVED,
                f"what listens at {endpoint} is not PostgreSQL",
                "correct host and port",
                (),
                str(endpoint),
            )
            return False
        note = f"for role {role} and database {questions.database}, from the scanner's address"
        locator = f"startup message to {endpoint}"
        for name, content in _contents(over_tls, clear, endpoint).items():
            notebook.observe(Plane.SERVED, name, content, locator, scope=scope, note=note)
    return True


def _contents(over_tls: Offer, clear: Offer, endpoint: Endpoint) -> dict[str, Content]:
    offer = clear if over_tls.answer is Answer.NO_TLS else over_tls
    return {
        "authentication_offered": _offered(offer, endpoint),
        "trust_accepted": _trust(over_tls, clear, endpoint),
        "plaintext_accepted": _plaintext(over_tls, clear, endpoint),
    }


def _open(offer: Offer, endpoint: Endpoint) -> Unresolved:
    detail = f" ({offer.detail})" if offer.detail else ""
    return Unresolved(f"{endpoint} answered a startup message with: {offer.answer}{detail}", "see the server's log")


def _offered(offer: Offer, endpoint: Endpoint) -> Content:
    return Known(offer.answer.value) if offer.answer.decided else _open(offer, endpoint)


def _trust(over_tls: Offer, clear: Offer, endpoint: Endpoint) -> Content:
    answers = (over_tls, clear)
    if any(offer.answer is Answer.TRUST for offer in answers):
        return Known(True)
    undecided = [offer for offer in answers if not offer.answer.decided and offer.answer is not Answer.NO_TLS]
    if undecided:
        return _open(undecided[0], endpoint)
    if not any(offer.answer.lets_in for offer in answers):
        return _not_let_in()
    return Known(False)


def _plaintext(over_tls: Offer, clear: Offer, endpoint: Endpoint) -> Content:
    if clear.answer.lets_in:
        return Known(True)
    if clear.answer is not Answer.REFUSED:
        return _open(clear, endpoint)
    if over_tls.answer.lets_in:
        return Known(False)
    return _not_let_in() if over_tls.answer.decided or over_tls.answer is Answer.NO_TLS else _open(over_tls, endpoint)


def _not_let_in() -> Unresolved:
    return Unresolved(
        "pg_hba.conf lets nobody in from the scanner's address, with TLS or without",
        "ask from a network that clients come from, or name roles of applications that may connect from here",
    )
