"""One round of questions to an application over HTTP, and what its answers say of each setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from scanner.collectors import Collected, Context
from scanner.errors import SilentSource
from scanner.model import Answer, Content, Gap, Known, Observation, Plane, Provenance, Target, Unresolved
from scanner.probes import certificate, cookies, origins, tls, web
from scanner.probes.web import Reply, Site

TIMEOUT = 5.0
MAX_SILENCES = 2
_SOFTWARE = re.compile(
    r"uvicorn|gunicorn|hypercorn|daphne|granian|starlette|fastapi|python|werkzeug|express|php|\d+\.\d+", re.IGNORECASE
)
_DESCRIPTION = re.compile(rb'"openapi"\s*:|"swagger"\s*:|swagger-ui|redoc', re.IGNORECASE)
_MAX_AGE = re.compile(r'(?:^|;)\s*max-age\s*=\s*"?(\d{1,12})"?\s*(?:;|$)', re.IGNORECASE)
CORS = ("foreign_origin_allowed", "null_origin_allowed", "lookalike_origin_allowed", "credentials_with_wildcard")
TLS = ("https_lowest_version", "certificate_days_left", "certificate_host_matches")


class Questions(Protocol):
    """What a source says of where to ask; see the fields of the collector."""

    @property
    def path(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def cookie_path(self) -> str: ...
    @property
    def cookie_name(self) -> str: ...
    @property
    def docs_paths(self) -> list[str]: ...
    @property
    def http_port(self) -> int: ...


class Visit:
    """One round of questions to one application, with what it answered and where it was silent."""

    def __init__(self, source: Questions, site: Site, target: Target, context: Context) -> None:
        self._source, self._site, self._target, self._context = source, site, target, context
        self._timeout = min(context.timeout, TIMEOUT)
        self._silences = 0
        self._observations: list[Observation] = []
        self._gaps: list[Gap] = []

    def run(self) -> None:
        """Ask everything. SilentSource when the application does not answer at all."""
        if self._site.scheme == "https":
            self._transport()
        first = self._ask("GET", self._source.path, {})
        working = first.status < 400
        steps: list[tuple[Callable[[], None], tuple[str, ...]]] = [
            (lambda: self._headers(first, working), ("server_software_named", "HSTS_SECONDS")),
            (self._cors, CORS),
            (self._cookies, cookies.NAMES),
            (lambda: self._documentation(working), ("docs_exposed",)),
            (self._trace, ("trace_allowed",)),
            (lambda: self._redirect(first), ("HTTPS_REDIRECT",)),
        ]
        for step, settings in steps:
            try:
                step()
            except SilentSource as silence:
                self._gap(silence.reason, silence.remedy, settings)

    def collected(self) -> Collected:
        """Everything that was answered, and the gaps."""
        provenance = Provenance("http", str(self._site), (), self._context.now)
        answer = Answer(self._target.id, Plane.SERVED, "http", False, provenance)
        targets = () if self._context.target else (self._target,)
        return Collected(targets, tuple(self._observations), tuple(self._gaps), (answer,))

    def _ask(self, method: str, path: str, headers: Mapping[str, str], site: Site | None = None) -> Reply:
        """One request. After a second silence nothing more is asked: the application has stopped answering."""
        if self._silences >= MAX_SILENCES:
            raise SilentSource(f"{self._site} stopped answering during the scan", f"see why {self._site} is silent")
        where = site or self._site
        try:
            return web.request(where, method, where.prefix + path, headers, self._timeout)
        except SilentSource:
            self._silences += 1 if site is None else 0
            raise

    def _say(self, setting: str, content: Content, how: str, note: str = "") -> None:
        provenance = Provenance("http", f"{how} {self._site}", (), self._context.now)
        self._observations.append(Observation(self._target.id, setting, Plane.SERVED, content, provenance, note=note))

    def _gap(self, reason: str, remedy: str, settings: tuple[str, ...]) -> None:
        self._gaps.append(Gap(self._target.id, Plane.SERVED, "http", reason, remedy, settings, str(self._site)))

    def _transport(self) -> None:
        found = tls.lowest_tls_accepted(self._site.endpoint, timeout=self._timeout)
        if found.accepted is None:
            reason = found.content.reason if isinstance(found.content, Unresolved) else "no TLS handshake succeeded"
            raise SilentSource(reason, f"make {self._site} reachable from here over TLS")
        how = "TLS handshake with"
        self._say("https_lowest_version", found.content, how)
        now = self._context.now or datetime.now(UTC).isoformat()
        der = found.accepted.certificate or tls.handshake(self._site.endpoint, timeout=self._timeout).certificate
        for name, content in certificate.contents(der, self._site.host, now).items():
            if name in TLS:
                self._say(name, content, how)

    def _headers(self, reply: Reply, working: bool) -> None:
        how = f"GET {self._source.path} of"
        told = [value for name in ("server", "x-powered-by") for value in reply.all(name)]
        named = [value for value in told if _SOFTWARE.search(value)]
        self._say("server_software_named", Known(bool(named)), how, ", ".join(named)[:100])
        if self._site.scheme != "https":
            remedy = "give the https address: browsers ignore the header over http"
            self._gap("Strict-Transport-Security counts over https only", remedy, ("HSTS_SECONDS",))
        elif not working:
            self._unworking(reply.status, ("HSTS_SECONDS",))
        else:
            header = reply.first("strict-transport-security")
            match = _MAX_AGE.search(header)
            self._say("HSTS_SECONDS", Known(int(match[1]) if match else 0), how, header[:100] or "no such header")

    def _unworking(self, status: int, settings: tuple[str, ...]) -> None:
        reason = f"GET {self._source.path} was answered with {status}, so nothing follows from what is missing"
        self._gap(reason, "set path: (or host:) so that the application answers", settings)

    def _cors(self) -> None:
        listed = self._context.parameters.get("allowed_origins", ())
        given = [str(item) for item in (listed if isinstance(listed, list | tuple) else str(listed).split(",")) if item]
        controls = (
            [self._source.origin] if self._source.origin else [item for item in given if item not in ("*", "null")]
        )
        for item in controls:
            if not item.isprintable() or " " in item:
                raise SilentSource("an allowed origin holds characters that no origin has", "correct allowed_origins")
        heard = origins.listen(
            lambda method, headers: self._ask(method, self._source.path, headers), controls, self._source.method
        )
        note = f"control {heard.control} is let in" if heard.control else ""
        for name, content in heard.contents.items():
            self._say(name, content, f"CORS requests to {self._source.path} of", note)
        if any(item not in (*controls, *given) for item in heard.allowed):
            self._say("CORS_ORIGINS", Known(list(heard.allowed)), f"CORS requests to {self._source.path} of", "let in")

    def _cookies(self) -> None:
        if not self._source.cookie_path:
            raise SilentSource("no path is named that starts a session", "set cookie_path: in the source")
        reply = self._ask("GET", self._source.cookie_path, {})
        found, names = cookies.contents(reply.all("set-cookie"), self._source.cookie_name)
        for name, content in found.items():
            self._say(name, content, f"Set-Cookie of {self._source.cookie_path} of", f"cookie {names}" if names else "")

    def _documentation(self, working: bool) -> None:
        statuses = []
        for path in self._source.docs_paths:
            reply = self._ask("GET", path, {})
            if reply.status == 200 and _DESCRIPTION.search(reply.body):
                self._say("docs_exposed", Known(True), f"GET {path} of")
                return
            statuses.append(reply.status)
        if not working or any(status >= 500 or status == 400 for status in statuses):
            self._unworking(max(statuses, default=0), ("docs_exposed",))
        elif statuses:
            paths = ", ".join(self._source.docs_paths)
            self._say("docs_exposed", Known(False), f"GET {paths} of", "these paths only; others were not tried")

    def _trace(self) -> None:
        reply = self._ask("TRACE", self._source.path, {})
        if reply.status in {500, 502, 503, 504}:
            raise SilentSource(f"TRACE was answered with {reply.status}", "see the log of the application")
        echoed = reply.status < 300 and (b"TRACE " in reply.body or "message/http" in reply.first("content-type"))
        self._say("trace_allowed", Known(echoed), f"TRACE {self._source.path} of", f"status {reply.status}")

    def _redirect(self, first: Reply) -> None:
        if self._site.scheme == "http":
            how = f"GET {self._source.path} of"
            self._say("HTTPS_REDIRECT", Known(_leads_to_https(first)), how, f"status {first.status}")
            return
        if not self._source.http_port:
            raise SilentSource("plain http was not asked for", "set http_port: to where it would be answered")
        plain = web.plain(self._site, self._source.http_port)
        how = f"GET {self._source.path} of {plain} beside"
        try:
            reply = self._ask("GET", self._source.path, {}, plain)
        except SilentSource as silence:
            if not web.refuses(plain, self._timeout):
                raise SilentSource(silence.reason, f"see what answers at {plain}") from None
            self._say("HTTPS_REDIRECT", Known(True), how, "the connection is refused")
            return
        self._say("HTTPS_REDIRECT", Known(_leads_to_https(reply)), how, f"status {reply.status}")


def _leads_to_https(reply: Reply) -> bool:
    return reply.status in {301, 302, 303, 307, 308} and reply.first("location").lower().startswith("https://")
