from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ORIGINS = ["https://ghostquant.com"]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    environment: Literal["staging", "production"] = "production"
    debug: bool = False
    log_level: str = Field(default="WARNING", validation_alias="LOG_LEVEL")
    cors_origins: list[str] = Field(default_factory=lambda: ["https://ghostquant.com"])
    session_cookie_secure: bool = True
    session_cookie_httponly: bool = True
    session_cookie_samesite: str = "strict"
