"""The only reader of the environment: typed settings, each documented (``GRID_*``)."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from geodata.locale import Lang, translate

# Read by pypinyin when it is imported: signs have readings enough here, its 47 000 phrases take 58 MB of every process
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")


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
    door_database_url: str | None = Field(
        default=None,
        description="The same database for signing in, passwords and accounts, as the role grid_door that may do that "
        "and nothing else; unset: GRID_DATABASE_URL with that role and a password of its own, kept in home.",
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
    tls: bool = Field(
        default=False,
        description="People reach the pages by https (a proxy ends it): cookies are then Secure and HSTS is sent.",
    )
    public_url: str = Field(
        default="",
        description="Where people reach the pages (https://…): told to programs and to the provider of "
        "sign-ins; unset: http://HOST:PORT. What a request says of it is never believed.",
        pattern=r"^(https?://[^/?#@\s]+/?)?$",
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
    backups: Path | None = Field(
        default=None,
        description="Where backups lie, best on another disk; unset: the folder `backups` under home.",
    )
    backups_kept: int = Field(
        default=7,
        description="How many nightly backups are kept; 0: none are made, here or before an upgrade, and "
        "administrators are told so in the header: somebody else has to make them.",
        ge=0,
        le=400,
    )
    backup_hour: int = Field(default=2, description="The hour of the night from which on one is made.", ge=0, le=23)
    backup_recipient: str = Field(
        default="",
        description="A public key of age (`age1…`): backups are then sealed, and only who has the secret key of it can "
        "restore them; unset: they are not.",
        pattern=r"^(age1[0-9a-z]{58})?$",
    )
    metrics_token: str = Field(
        default="",
        description="What a Prometheus says as bearer to read `/metrics`; unset: there are no metrics.",
        pattern=r"^([!-~]{16,})?$",
    )
    log_mb: int = Field(
        default=5,
        description="From how many MB on `logs/grid.log` under home is begun anew; five older ones are kept.",
        ge=1,
        le=1000,
    )
    oidc_issuer: str = Field(
        default="", description="Address of an OpenID Connect provider to sign in with; unset: passwords only."
    )
    oidc_client_id: str = Field(default="", description="This installation's name at that provider.")
    oidc_client_secret: str = Field(default="", description="Its secret there.")
    threads_per_worker: int = Field(default=4, description="Threads of each web process.", ge=1, le=64)

    @property
    def own_address(self) -> str:
        """Where the pages are reached, without a slash at the end."""
        named = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url.rstrip("/") or f"http://{named}:{self.port}"

    @property
    def knows_owner(self) -> bool:
        """Whether this process may connect as the owner of the database, the named or the private one."""
        return self.database_url is not None or self.app_database_url is None


def postgres_environment() -> dict[str, str]:
    """What the environment says to PostgreSQL's own programs, as it says it to the driver.

    Returns
    -------
    variables
        Name → value: ``PG…``, ``HOME`` (``.pgpass`` and certificates lie there), and where Kerberos keeps tickets.
    """
    return {
        name: value for name, value in os.environ.items() if name.startswith("PG") or name in ("HOME", "KRB5CCNAME")
    }


_WRONG = {
    "int_parsing": "settings.whole_number",
    "greater_than_equal": "settings.at_least",
    "less_than_equal": "settings.at_most",
    "bool_parsing": "settings.yes_or_no",
    "enum": "settings.one_of",
}
"""What pydantic calls a fault → its sentence; any other is one of the way it is written."""


@cache
def settings() -> Settings:
    """The process's settings, read once; one that cannot be read ends the process in a sentence (exit code 78)."""
    try:
        return Settings()
    except ValidationError as fault:
        said = os.environ.get("GRID_LANG")
        lang = Lang(said) if said in set(Lang) else Lang.ZH
        for each in fault.errors(include_url=False, include_input=False):
            name = str(each["loc"][0])
            variable = name if name.isupper() else f"GRID_{name.upper()}"
            why = translate(_WRONG.get(each["type"], "settings.written"), lang, **each.get("ctx", {}))
            print(translate("settings.wrong", lang, variable=variable, why=why), file=sys.stderr)
        sys.exit(78)
