from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="my_", env_file=".env")
    debug: bool = True
    log_level: str = "WARNING"
