"""Everything about the service that differs between environments."""

import json
import sys
from functools import lru_cache
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=None, extra="ignore")

    ENVIRONMENT: Literal["development", "staging", "production"] = "production"
    DEBUG: bool = False
    LOG_LEVEL: str = "WARNING"

    CORS_ORIGINS: list[str] = ["https://ghostquant.com"]
    CORS_ALLOW_CREDENTIALS: bool = True

    SESSION_COOKIE_SECURE: bool = True
    SESSION_COOKIE_HTTPONLY: bool = True
    SESSION_COOKIE_SAMESITE: Literal["lax", "strict", "none"] = "strict"

    DOCS_ENABLED: bool = False
    HSTS_SECONDS: int = 31536000
    ALLOWED_HOSTS: list[str] = ["ghostquant.com", "api.ghostquant.com"]

    SECRET_KEY: SecretStr
    DATABASE_URL: SecretStr | None = None
    REDIS_URL: SecretStr | None = None


@lru_cache
def settings() -> Settings:
    return Settings()


def export() -> str:
    """What this process uses, for a scanner that was asked to look; secrets are masked by their type."""
    effective = settings()
    shown = {"settings": effective.model_dump(mode="json"), "fields_set": sorted(effective.model_fields_set)}
    return json.dumps(shown, indent=2)


if __name__ == "__main__":
    if sys.argv[1:] != ["--export"]:
        sys.exit("usage: python -m app.settings --export")
    print(export())
