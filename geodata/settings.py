"""The only reader of the environment: typed settings, each documented (``GRID_*``)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from geodata.words import Lang


class Settings(BaseSettings):
    """What an installation may set; the defaults run the demonstration district on one machine."""

    model_config = SettingsConfigDict(env_prefix="GRID_", env_file=None, frozen=True)

    database_url: str | None = Field(
        default=None, description="An outside PostGIS (postgresql://…); unset: a private cluster under home."
    )
    home: Path = Field(default=Path("var"), description="The folder that holds everything the program writes.")
    postgres_bin: Path | None = Field(
        default=None, description="Folder of initdb and pg_ctl; unset: the newest under /usr/lib/postgresql or on PATH."
    )
    host: str = Field(default="127.0.0.1", description="Address the web server listens on.", validation_alias="HOST")
    port: int = Field(
        default=8050, description="Port the web server listens on.", validation_alias="PORT", ge=1, le=65535
    )
    web_workers: int = Field(default=2, description="Processes of the web server.", ge=1, le=64)
    lang: Lang = Field(default=Lang.ZH, description="Language of command lines and of pages that name none: zh or en.")
    timezone: str = Field(default="Asia/Shanghai", description="The zone in which a day begins.")
    measure_epsg: int = Field(
        default=4551, description="EPSG code of the CRS for areas and distances (4551: CGCS2000 3-degree, 126°E)."
    )
    id_hash_key: str = Field(
        default="", description="Key of the hash under which ID numbers are stored; unset: made once, kept in home."
    )
    map_approval_no: str = Field(default="", description="审图号 printed on public maps when the office has one.")
    threads_per_worker: int = Field(default=4, description="Threads of each web process.", ge=1, le=64)


@cache
def settings() -> Settings:
    """The process's settings, read once."""
    return Settings()
