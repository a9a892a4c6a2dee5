"""An application over HTTP: what a client really gets, from this machine, from one address.

Behind a proxy or load balancer the answers are those of the edge. A probe can refute a setting; it confirms one only
where something that must work worked in the same scan (the control). Errors are never provoked and nothing is sent
that changes anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.collectors import Collected, Context
from scanner.collectors.http.visit import Visit
from scanner.errors import SilentSource
from scanner.model import Gap, Plane, Target
from scanner.probes import web

COMPONENT = "fastapi"


@dataclass(frozen=True)
class Http:
    """Asks a running application over HTTP, as a browser of a stranger would."""

    url: str = ""
    """Its address, such as ``https://api.example.com``; a path is put before every path that is asked for."""
    url_env: str = ""
    """The environment variable of the scanner that holds the address."""
    host: str = ""
    """The host name to ask for when the address is not the one that clients use (Host header and TLS name)."""
    connect: str = ""
    """``host:port`` to connect to instead, such as one replica behind a load balancer."""
    path: str = "/"
    """A path that answers a GET without credentials; CORS is probed there."""
    method: str = "GET"
    """A method that pages of allowed origins use on ``path``."""
    origin: str = ""
    """An allowed origin as the control; the first of the parameter ``allowed_origins`` when left out."""
    cookie_path: str = ""
    """A path whose GET starts a session without credentials. Without it cookies are not judged."""
    cookie_name: str = ""
    """The session cookie; every cookie of ``cookie_path`` is judged when left out."""
    docs_paths: list[str] = field(default_factory=lambda: ["/openapi.json", "/docs", "/redoc"])
    """Paths where the interface description could be."""
    http_port: int = 80
    """Where plain http would be answered, beside an https address; 0 to leave it out."""

    def collect(self, context: Context) -> Collected:
        target = context.target or Target(self.url or self.url_env, COMPONENT, context.environment)
        try:
            url = self.url or context.process_environment.get(self.url_env, "")
            if not url:
                name = self.url_env or "url"
                raise SilentSource(f"no address: {name} is not set", f"set {name} to the application's address")
            visit = Visit(self, web.site(url, self.host, self.connect), target, context)
            visit.run()
        except SilentSource as silence:
            gap = Gap(target.id, Plane.SERVED, "http", silence.reason, silence.remedy)
            return Collected((), (), (gap,))
        return visit.collected()
