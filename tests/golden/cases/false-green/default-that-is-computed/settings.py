import os

from pydantic_settings import BaseSettings

LEVEL = "WARNING"
if os.getenv("VERBOSE"):
    LEVEL = "DEBUG"


class Settings(BaseSettings):
    DEBUG: bool = os.getenv("DEBUG", "false").lower() == "true"
    LOG_LEVEL: str = LEVEL
