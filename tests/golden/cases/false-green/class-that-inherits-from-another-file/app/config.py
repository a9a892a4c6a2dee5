from .base import Base


class Settings(Base):
    debug: bool = True
