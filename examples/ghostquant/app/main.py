"""The HTTP side of the order service."""

import logging
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from starlette.middleware.sessions import SessionMiddleware

from app.settings import settings

configured = settings()
logging.basicConfig(level=configured.LOG_LEVEL.upper())

app = FastAPI(
    title="GhostQuant orders",
    debug=configured.DEBUG,
    docs_url="/docs" if configured.DOCS_ENABLED else None,
    redoc_url="/redoc" if configured.DOCS_ENABLED else None,
    openapi_url="/openapi.json" if configured.DOCS_ENABLED else None,
)
app.add_middleware(
    SessionMiddleware,
    secret_key=configured.SECRET_KEY.get_secret_value(),
    https_only=configured.SESSION_COOKIE_SECURE,
    same_site=configured.SESSION_COOKIE_SAMESITE,
)
app.add_middleware(
    CORSMiddleware,
    allow_origins=configured.CORS_ORIGINS,
    allow_credentials=configured.CORS_ALLOW_CREDENTIALS,
    allow_methods=["GET", "POST"],
)
app.add_middleware(TrustedHostMiddleware, allowed_hosts=configured.ALLOWED_HOSTS)


@app.middleware("http")
async def strict_transport(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    if configured.HSTS_SECONDS:
        response.headers["Strict-Transport-Security"] = f"max-age={configured.HSTS_SECONDS}; includeSubDomains"
    return response


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/orders")
async def orders() -> dict[str, list[str]]:
    return {"orders": []}


@app.post("/session")
@app.get("/session")
async def session(request: Request, response: Response) -> dict[str, int]:
    """Count visits; the first one issues the session cookie and a preference cookie beside it."""
    visits = int(request.session.get("visits", 0)) + 1
    request.session["visits"] = visits
    response.set_cookie(
        "preferences",
        "compact",
        secure=configured.SESSION_COOKIE_SECURE,
        httponly=configured.SESSION_COOKIE_HTTPONLY,
        samesite=configured.SESSION_COOKIE_SAMESITE,
    )
    return {"visits": visits}
