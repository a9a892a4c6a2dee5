"""A small FastAPI application in a weak form, and the way to apply a rule's printed fix to its files.

The fixes are applied as they are printed: lines of ``env`` go into the variables, calls and fields of ``application``
go into the source by their name. What a fix leaves to people (``<…>``) is filled by running the command that it names.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

SETTINGS = """import json
import sys

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=None, extra="ignore")

    ENVIRONMENT: str
    DEBUG: bool
    LOG_LEVEL: str
    CORS_ORIGINS: list[str]
    CORS_ALLOW_CREDENTIALS: bool
    SESSION_COOKIE_SECURE: bool
    SESSION_COOKIE_HTTPONLY: bool
    SESSION_COOKIE_SAMESITE: str
    OPENAPI_URL: str
    ALLOWED_HOSTS: list[str]
    HSTS_SECONDS: int
    HTTPS_REDIRECT: bool
    SECRET_KEY: SecretStr = SecretStr("changeme")


settings = Settings()

if __name__ == "__main__":
    print(json.dumps({"settings": settings.model_dump(mode="json")}))
"""

MAIN = """from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.httpsredirect import HTTPSRedirectMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from starlette.middleware.sessions import SessionMiddleware

from app.settings import settings

app = FastAPI(debug=True, openapi_url="/openapi.json")
app.add_middleware(SessionMiddleware, secret_key=settings.SECRET_KEY.get_secret_value())
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=settings.CORS_ALLOW_CREDENTIALS)
app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.ALLOWED_HOSTS)
if settings.HTTPS_REDIRECT:
    app.add_middleware(HTTPSRedirectMiddleware)


@app.middleware("http")
async def headers(request: Request, call_next):
    response = await call_next(request)
    if settings.HSTS_SECONDS:
        response.headers["Strict-Transport-Security"] = f"max-age={settings.HSTS_SECONDS}"
    return response


@app.get("/orders")
async def orders():
    return []


@app.api_route("/orders", methods=["TRACE"])
async def trace(request: Request):
    return Response(f"TRACE {request.url.path} HTTP/1.1", media_type="message/http")


@app.get("/session")
async def session(request: Request, response: Response):
    request.session["visits"] = 1
    response.set_cookie("cart", "1", secure=settings.SESSION_COOKIE_SECURE, httponly=settings.SESSION_COOKIE_HTTPONLY,
                        samesite=settings.SESSION_COOKIE_SAMESITE)
    return {}
"""

WEAK: Mapping[str, str] = {
    "ENVIRONMENT": "development",
    "DEBUG": "true",
    "LOG_LEVEL": "DEBUG",
    "CORS_ORIGINS": '["*", "null", "http://ghostquant.com/"]',
    "CORS_ALLOW_CREDENTIALS": "true",
    "SESSION_COOKIE_SECURE": "false",
    "SESSION_COOKIE_HTTPONLY": "false",
    "SESSION_COOKIE_SAMESITE": "lax",
    "OPENAPI_URL": "/openapi.json",
    "ALLOWED_HOSTS": '["*"]',
    "HSTS_SECONDS": "0",
    "HTTPS_REDIRECT": "false",
    "SECRET_KEY": "changeme",
    "JWT_SECRET": "secret",
    "SESSION_SECRET": "keyboard cat",
    "DATABASE_PASSWORD": "postgres",
    "DATABASE_URL": "postgresql://app:postgres@db.example/orders",
    "REDIS_PASSWORD": "redis",
    "REDIS_URL": "redis://app:redis@cache.example:6379/0",
}


def write_source(root: Path, settings: str = SETTINGS, main: str = MAIN) -> None:
    """The application's package below a directory."""
    (root / "app").mkdir(parents=True, exist_ok=True)
    for name, text in (("__init__.py", ""), ("settings.py", settings), ("main.py", main)):
        (root / "app" / name).write_text(text)


def write_variables(path: Path, variables: Mapping[str, str]) -> None:
    """A ``.env`` file of these variables."""
    path.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))


def export(root: Path, variables: Mapping[str, str]) -> None:
    """Run the application's own export, as its people would, and keep what it printed."""
    command = [sys.executable, "-B", "-m", "app.settings"]
    done = subprocess.run(
        command, cwd=root, env=dict(variables), capture_output=True, text=True, check=True, timeout=30
    )
    (root / "export.json").write_text(json.dumps(json.loads(done.stdout)))


def apply_env(variables: Mapping[str, str], fixes: Iterable[str]) -> dict[str, str]:
    """The variables with the lines of printed ``env`` fixes over them."""
    found = dict(variables)
    for line in (line for fix in fixes for line in fix.splitlines()):
        name, equals, value = line.partition("=")
        if equals and re.fullmatch(r"[A-Z_]+", name):
            command = re.search(r"python -c '([^']+)'", value)
            value = value.partition("  # ")[0]
            if command:
                # Two rules may print a fix for one variable; what an earlier one wrote is kept but for the secret.
                value = found[name] if "<password>" in found.get(name, "") else value
                value = re.sub(r"<[^>]*>", _run(command[1]), value)
            found[name] = value
    return found


def _run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.strip()


def apply_application(source: str, fixes: Iterable[str]) -> str:
    """Source with the calls and fields of printed ``application`` fixes in the place of those of the same name."""
    module = ast.parse(source)
    for fix in fixes:
        try:
            (printed,) = ast.parse(fix.replace("…", "...")).body
        except (SyntaxError, ValueError):
            continue
        for index, statement in enumerate(module.body):
            if isinstance(statement, ast.ClassDef) and isinstance(printed, ast.AnnAssign):
                statement.body = [_field(item, printed) for item in statement.body]
            elif _name(statement) and _name(statement) == _name(printed):
                module.body[index] = _merged(statement, printed)
    return ast.unparse(module)


def _field(statement: ast.stmt, printed: ast.AnnAssign) -> ast.stmt:
    same = isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == ast.unparse(printed.target)
    return printed if same and printed.value is None else statement


def _call(statement: ast.stmt) -> ast.Call | None:
    value = getattr(statement, "value", None)
    return value if isinstance(value, ast.Call) else None


def _name(statement: ast.stmt) -> str:
    """What a wiring call wires: the middleware, or FastAPI itself."""
    call = _call(statement)
    if call is None or not isinstance(statement, ast.Expr | ast.Assign):
        return ""
    name = ast.unparse(call.func)
    return f"{name} {ast.unparse(call.args[0])}" if name == "app.add_middleware" and call.args else name


def _merged(statement: ast.stmt, printed: ast.stmt) -> ast.stmt:
    """The call with the keywords of the printed one over its own; an ellipsis leaves the own value."""
    own, new = _call(statement), _call(printed)
    assert own is not None
    assert new is not None
    keywords = {item.arg: item for item in own.keywords}
    keywords |= {item.arg: item for item in new.keywords if ast.unparse(item.value) != "..."}
    own.keywords = list(keywords.values())
    return statement
