"""Every setting of a Liftline instance, read from `LIFTLINE_*` variables.

One instance is one folder (`LIFTLINE_HOME`) and one set of ports. `LIFTLINE_PORT_BASE` moves all ports
at once, so that several instances run side by side on one machine; a port named by its own variable wins.
"""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from liftline.secrets import SecretName, read_secret

PORT_OFFSETS = {
    "sip_port": 0,
    "sip_tls_port": 1,
    "http_port": 2,
    "ami_port": 3,
    "ws_port": 4,
    "redis_port": 5,
    "carrier_port": 6,
    "mqtt_port": 7,
    "rtp_start": 100,
    "rtp_end": 899,
}
"""Distance of each port from `LIFTLINE_PORT_BASE`."""

MINIMUM_RETENTION_DAYS = 365
"""Records are kept at least one year (notice, annex 1)."""

LEAST_SENSOR_DAYS = 32
"""Gateways may send an event up to 31 days late, once more even: so long it must be known that it came."""

LOOPBACK = "127.0.0.1"

Port = Annotated[int, Field(ge=1, le=65535)]
Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser().resolve())]


def is_loopback(host: str) -> bool:
    """Tell whether an address or host name is reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(BaseSettings):
    """Settings of one instance; the field `sip_port` is the variable `LIFTLINE_SIP_PORT`, and so on.

    Ports are TCP and UDP port numbers, times are seconds unless the name says days.
    """

    model_config = SettingsConfigDict(
        env_prefix="LIFTLINE_", env_prefix_target="all", env_ignore_empty=True, frozen=True
    )

    home: Folder = Path("var")
    """The folder that holds all state of this instance."""
    node: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.]{0,31}$")] = "node1"
    """Name of this switch node: Asterisk's `systemname`, the part of every call id before its dash."""
    port_base: Annotated[int, Field(ge=1024, le=64000)] | None = None
    """When set, every port without a variable of its own is `port_base` + its offset in `PORT_OFFSETS`."""

    sip_bind: str = LOOPBACK
    sip_port: Port = 5060
    sip_tls_port: Port = 5061
    rtp_start: Port = 10000
    rtp_end: Port = 19999
    external_address: str | None = None
    """Address that phones outside a NAT reach this machine at; none on a flat network."""
    http_bind: str = LOOPBACK
    http_port: Port = 8080
    https_given: bool | None = Field(default=None, alias="https")
    """Serve API, console and WebSocket over TLS; unless given, wherever `http_bind` is not loopback."""
    public_names: str = ""
    """Comma-separated host names and addresses that browsers and devices reach this machine by, the first one shown."""
    tls_certificate: Folder | None = None
    """The site's own certificate with its chain (PEM), for HTTPS, WebSocket and SIP; with `tls_key`."""
    tls_key: Folder | None = None
    """The private key of `tls_certificate` (PEM, without a password)."""
    ami_port: Port = 5038
    ws_port: Port = 8088
    """Asterisk's HTTP server: SIP over WebSocket for the browser softphone."""
    redis_port: Port = 6379

    mqtt: bool = True
    """Run a broker (Mosquitto) for gateways that send over MQTT 5."""
    mqtt_bind: str = LOOPBACK
    mqtt_port: Port = 1883

    redis_url_given: str | None = Field(default=None, alias="redis_url")
    database_url: str = ""
    """SQLAlchemy URL: SQLite in `home` unless given; PostgreSQL as `postgresql+psycopg://…`."""
    runtime: Folder = Path()
    """Debian root with Asterisk and Redis, for machines that have none; `home`/runtime unless given."""

    processes: str = ""
    """Comma-separated names of the processes that run here; all of them unless given."""
    debian_mirror: str | None = None
    """Debian archive to fetch the runtime from; the one that apt uses unless given."""

    pretend_carrier_given: bool | None = Field(default=None, alias="pretend_carrier")
    carrier_bind: str = "127.0.0.2"
    carrier_port: Port = 5060
    trunk_host: str | None = None
    """The carrier's SIP host name or address; none means the pretend carrier."""
    trunk_port: Port = 5060
    trunk_transport: Literal["udp", "tcp", "tls"] = "udp"
    trunk_user: str | None = None
    """Account at the carrier; none where the carrier knows us by our address."""
    trunk_password: SecretStr | None = None
    trunk_number: str | None = None
    """Number we show when we call out (E.164, as the carrier wants it)."""
    trunk_register: bool = True
    """Register `trunk_user` with the carrier; false where its password only authenticates our calls."""
    trunk_prefix: Annotated[str, Field(pattern=r"^\+?[0-9]{0,6}$")] = ""
    """Stands before every number we dial on the trunk, in the place of a leading 0: `+86` where E.164 is wanted."""
    trunk_srtp: bool = False
    """Insist on SRTP towards the carrier (with `trunk_transport` tls)."""
    trunk_match: str = ""
    """Comma-separated addresses or networks the carrier calls us from; its host's addresses when empty."""

    service_number: Annotated[str, Field(pattern=r"^\+?[0-9]{3,20}$")] | None = None
    """Number on the trunk that guards and maintainers call to reach a cabin by its rescue number (a spoken menu)."""
    centre_number: Annotated[str, Field(pattern=r"^\+?[0-9]{3,20}$")] | None = None
    """The centre's number outside, rung on the trunk beside its operators' phones; none where it has only those."""
    centre_accept: Literal["answer", "key"] = "key"
    """What makes the centre's outside number take an alarm: a person presses 1, or the answer alone."""

    sensed_centre_s: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds after which the centre is rung when sensors saw an entrapment and nobody has taken it."""

    sample: bool = True
    """Load the sample estate when the database is empty."""
    announcements: bool = True
    """Speak each lift's name to the people called (needs the extra `speech`); else its rescue number is spelled."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    evidence_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")] = "liftline"
    """Name of this instance's evidence log, as its heads show it; a random part is added when the first is signed."""
    evidence_head_every_s: Annotated[int, Field(ge=1, le=3600)] = 60
    """A head is signed this often while records come in; also when an incident is closed, and hourly in any case."""
    evidence_witnesses: str = ""
    """Comma-separated `URL#name+keyid+base64`: parties outside that countersign heads."""
    evidence_timestamp_url: str | None = None
    """RFC 3161 time-stamp authority that countersigns heads."""
    evidence_timestamp_roots: Path | None = None
    """PEM file with the root certificates of the time-stamp authority."""
    evidence_timestamp_every_s: Annotated[int, Field(ge=1, le=86_400)] = 600
    """Longest pause between two time stamps while records come in."""
    recording_retention_days: Annotated[int, Field(ge=MINIMUM_RETENTION_DAYS)] = 366
    sensor_retention_days: Annotated[int, Field(ge=LEAST_SENSOR_DAYS)] = 35
    """Raw events of gateways are kept so long; what followed from them is kept like every record."""
    heartbeat_retention_hours: Annotated[int, Field(ge=1)] = 24
    """Heartbeats, which are most of all events, are kept so long. Their on- and off-line times are kept for good."""
    device_interval_s: Annotated[int, Field(ge=5, le=86_400)] = 120
    """A device that was not heard for so long is off line, unless its own interval is set or told."""
    platform_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+(/\S*)?$")] | None = None
    """Where the city's 96365 platform takes messages; without it nothing is sent on and nothing queued."""
    platform_system: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = "liftline"
    """Our name at the platform; the key of the signatures is `secrets/platform-key`."""
    platform_timeout_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    """Longest wait for one answer of the platform."""
    platform_concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    """Lifts sent for at the same time."""
    platform_keep_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """How long messages that were sent are kept for looking at; unsent ones are never dropped."""
    never_block: str = ""
    """Comma-separated addresses or networks that are never blocked for scanning, whatever they do."""
    time_zone: str = "Asia/Shanghai"
    """Zone in which people read times and in which an incident's day begins. Inside, all times are UTC."""

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Fill in what follows from `home` and `port_base` and was not given itself."""
        if data.get("port_base"):
            for name, offset in PORT_OFFSETS.items():
                data.setdefault(name, int(data["port_base"]) + offset)
        home = Path(data.get("home", "var")).expanduser().resolve()
        data["home"] = home
        data["runtime"] = data.get("runtime") or home / "runtime"
        data["database_url"] = data.get("database_url") or f"sqlite:///{home}/liftline.db"
        return data

    @model_validator(mode="after")
    def _check_rtp_range(self) -> Self:
        if self.rtp_end <= self.rtp_start:
            message = "LIFTLINE_RTP_END must be above LIFTLINE_RTP_START"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _check_certificate_pair(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            message = "LIFTLINE_TLS_CERTIFICATE and LIFTLINE_TLS_KEY go together"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _check_timestamp_roots(self) -> Self:
        if self.evidence_timestamp_url and self.evidence_timestamp_roots is None:
            message = "LIFTLINE_EVIDENCE_TIMESTAMP_URL needs LIFTLINE_EVIDENCE_TIMESTAMP_ROOTS to check what comes back"
            raise ValueError(message)
        return self

    @property
    def https(self) -> bool:
        """Whether API, console and WebSocket speak TLS: as told, else wherever others than this machine reach them."""
        return not is_loopback(self.http_bind) if self.https_given is None else self.https_given

    @property
    def names(self) -> tuple[str, ...]:
        """The entries of `public_names`."""
        return tuple(name.strip() for name in self.public_names.split(",") if name.strip())

    @property
    def redis_url(self) -> str:
        """`LIFTLINE_REDIS_URL`, or the URL of our own Redis with its generated password.

        Raises `SecretMissingError` before set-up has generated it.
        """
        if self.redis_url_given:
            return self.redis_url_given
        return f"redis://:{read_secret(self.secrets_dir, SecretName.REDIS)}@{LOOPBACK}:{self.redis_port}/0"

    @property
    def own_redis(self) -> bool:
        """Whether Redis is one of the processes this instance starts."""
        return not self.redis_url_given

    def runs_here(self, process: str) -> bool:
        """Tell whether a process belongs to what `LIFTLINE_PROCESSES` leaves to this machine or container."""
        names = {name.strip() for name in self.processes.split(",") if name.strip()}
        return not names or process in names

    @property
    def pretend_carrier(self) -> bool:
        """Whether the pretend mobile carrier runs: as told, else when the sample estate is in use."""
        if self.pretend_carrier_given is not None:
            return self.pretend_carrier_given
        return self.trunk_host is None and self.sample_marker.exists()

    @property
    def sample_marker(self) -> Path:
        """Exists when the database was filled with the sample estate: the clear text of its accounts."""
        return self.secrets_dir / "sip-accounts.json"

    @property
    def secrets_dir(self) -> Path:
        """Passwords and keys, mode 0700."""
        return self.home / "secrets"

    @property
    def asterisk_etc(self) -> Path:
        """Asterisk's rendered configuration."""
        return self.home / "asterisk" / "etc"

    @property
    def asterisk_lib(self) -> Path:
        """Asterisk's own state; the AstDB lies here."""
        return self.home / "asterisk" / "lib"

    @property
    def astdb_file(self) -> Path:
        """The AstDB, all the call plane knows."""
        return self.asterisk_lib / "astdb.sqlite3"

    @property
    def asterisk_log(self) -> Path:
        """Asterisk's logs and the journal's folder."""
        return self.home / "asterisk" / "log"

    @property
    def asterisk_run(self) -> Path:
        """Asterisk's control socket and pid file."""
        return self.home / "asterisk" / "run"

    @property
    def asterisk_spool(self) -> Path:
        """Asterisk's spool folder."""
        return self.home / "asterisk" / "spool"

    @property
    def journal_file(self) -> Path:
        """The journal: CEL as JSON lines, appended by Asterisk alone."""
        return self.asterisk_log / "cel-custom" / "journal.jsonl"

    @property
    def recordings_dir(self) -> Path:
        """Finished recordings, `YYYY/MM/DD` below it."""
        return self.home / "recordings"

    @property
    def recordings_raw(self) -> Path:
        """Where Asterisk writes while an alarm runs."""
        return self.recordings_dir / "raw"

    @property
    def evidence_dir(self) -> Path:
        """Heads of the evidence log, outside the database, mode 0700."""
        return self.home / "evidence"

    @property
    def sounds_dir(self) -> Path:
        """Announcements rendered for this estate (lift names)."""
        return self.home / "sounds"

    @property
    def redis_dir(self) -> Path:
        """Redis' append-only file."""
        return self.home / "redis"

    @property
    def mqtt_tls(self) -> bool:
        """Whether the broker speaks TLS: wherever others than this machine reach it."""
        return self.mqtt_bind not in {LOOPBACK, "::1", "localhost"}

    @property
    def mqtt_host(self) -> str:
        """Where our own consumer reaches the broker."""
        return LOOPBACK if self.mqtt_bind in {"0.0.0.0", "::"} else self.mqtt_bind  # noqa: S104 - compared, not bound

    @property
    def own_broker(self) -> bool:
        """Whether Mosquitto is one of the processes this instance starts."""
        return self.mqtt and self.runs_here("mosquitto")

    @property
    def mosquitto_dir(self) -> Path:
        """Mosquitto's configuration, accounts and kept messages, mode 0700."""
        return self.home / "mosquitto"

    @property
    def media_dir(self) -> Path:
        """Pictures, videos and sounds from cabins, `YYYY/MM/DD` below it."""
        return self.home / "media"

    @property
    def log_dir(self) -> Path:
        """One rotated log file for each process."""
        return self.home / "log"

    @property
    def run_dir(self) -> Path:
        """Pid files and sockets, mode 0700."""
        return self.home / "run"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process, read once from the environment."""
    return Settings()
