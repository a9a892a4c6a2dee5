from pydantic import field_validator
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False
    log_level: str = "WARNING"

    @field_validator("debug", "log_level")
    @classmethod
    def v(cls, value):
        if value is None:
            raise ValueError
        return value
