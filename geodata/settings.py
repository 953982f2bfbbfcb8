"""The only reader of the environment: typed settings, each documented (``GRID_*``)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from geodata.locale import Lang


class Settings(BaseSettings):
    """What an installation may set; the defaults run the demonstration district on one machine."""

    model_config = SettingsConfigDict(env_prefix="GRID_", env_file=None, frozen=True)

    database_url: str | None = Field(
        default=None, description="An outside PostGIS (postgresql://…); unset: a private cluster under home."
    )
    app_database_url: str | None = Field(
        default=None,
        description="The same database for pages and API, as the role grid_app; unset: GRID_DATABASE_URL with that "
        "role and a password of its own, kept in home.",
    )
    load_database_url: str | None = Field(
        default=None,
        description="The same database for jobs that load the files of /data, as the role grid_load, used for nothing "
        "else; unset: GRID_DATABASE_URL with that role and a password of its own, kept in home.",
    )
    jobs_database_url: str | None = Field(
        default=None,
        description="The same database for the worker, as the role grid_jobs that takes jobs from the queue; unset: "
        "GRID_DATABASE_URL with that role and a password of its own, kept in home.",
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
    timezone: str = Field(
        default="Asia/Shanghai",
        description="The zone in which a day begins; the database follows at the next `python -m geodata migrate`.",
    )
    measure_epsg: int = Field(
        default=4551, description="EPSG code of the CRS for areas and distances (4551: CGCS2000 3-degree, 126°E)."
    )
    id_hash_key: str = Field(
        default="", description="Key of the hash under which ID numbers are stored; unset: made once, kept in home."
    )
    map_approval_no: str = Field(default="", description="审图号 printed on public maps when the office has one.")
    secret_key: str = Field(
        default="", description="Key that signs sessions; unset: made once, kept in home. All web servers share one."
    )
    session_hours: int = Field(default=12, description="How long a sign-in lasts.", ge=1, le=24 * 30)
    tls: bool = Field(
        default=False,
        description="People reach the pages by https (a proxy ends it): cookies are then Secure and HSTS is sent.",
    )
    trusted_proxies: int = Field(
        default=0, description="How many proxies stand in front; their X-Forwarded-* headers are believed.", ge=0, le=5
    )
    upload_mb: int = Field(default=64, description="The largest file /data takes, in megabytes.", ge=1, le=4096)
    export_rows: int = Field(
        default=5000,
        description="Lists of more rows than this are made into files by a job, not while the page waits.",
        ge=0,
    )
    attachment_mb: int = Field(
        default=20,
        description="The largest photograph or document attached to a visit or work item, in MB.",
        ge=1,
        le=200,
    )
    attachments_url: str = Field(
        default="",
        description="Where attachments lie: `s3://bucket/folder` of an S3-compatible store; unset: the folder "
        "`attachments` under home.",
        pattern=r"^(s3://[^/].*)?$",
    )
    attachments_s3_endpoint: str = Field(
        default="", description="Address of that store (`http://host:port`); it is the only one ever asked."
    )
    attachments_s3_key: str = Field(default="", description="The access key there.")
    attachments_s3_secret: str = Field(default="", description="Its secret.")
    oidc_issuer: str = Field(
        default="", description="Address of an OpenID Connect provider to sign in with; unset: passwords only."
    )
    oidc_client_id: str = Field(default="", description="This installation's name at that provider.")
    oidc_client_secret: str = Field(default="", description="Its secret there.")
    threads_per_worker: int = Field(default=4, description="Threads of each web process.", ge=1, le=64)


@cache
def settings() -> Settings:
    """The process's settings, read once."""
    return Settings()
