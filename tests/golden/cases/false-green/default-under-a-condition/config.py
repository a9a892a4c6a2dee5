from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    debug: bool = False
    log_level: str = "WARNING"
    if True:
        debug: bool = True


Settings.model_fields["debug"].default = True
