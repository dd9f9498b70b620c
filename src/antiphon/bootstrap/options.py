"""Every setting there is, as one table: `.env.example`, the documentation and the refusals are made from it."""

from typing import Literal

import msgspec

from antiphon.adapters.media.tags.code_pages import CODE_PAGES

Sort = Literal["text", "flag", "number", "list", "networks", "address", "folder", "folders"]


class Option(msgspec.Struct, frozen=True):
    """One setting: its name in the environment, what kind of value it takes, its default as text, what it is for.

    `choices` limits a text; `secret` values never reach a log; `group` is the heading it stands under.
    """

    name: str
    default: str
    about: str
    sort: Sort = "text"
    choices: tuple[str, ...] = ()
    secret: bool = False
    group: str = "Server"


OPTIONS: tuple[Option, ...] = (
    Option("ANTIPHON_DATA", "./data", "Everything the server writes: database, keys, uploads, caches.", "folder"),
    Option("ANTIPHON_MUSIC", "", "Folders of music to scan, separated by colons. Empty: a small demo.", "folders"),
    Option(
        "ANTIPHON_MUSIC_ROOTS",
        "",
        "Folders below which admins may add music folders in the player, separated by colons. Empty: nowhere.",
        "folders",
    ),
    Option(
        "TAG_CODE_PAGE",
        "auto",
        "The code page of tags that name none, as old programs wrote them. auto: what can be told for certain.",
        "text",
        ("auto", *CODE_PAGES),
    ),
    Option(
        "WATCH_MUSIC",
        "auto",
        "How changes in the music folders are noticed. auto: at once, on network shares by looking now and then.",
        "text",
        ("auto", "poll", "off"),
    ),
    Option("WATCH_SECONDS", "60", "How often is looked where changes are not told by the system.", "number"),
    Option("HOST", "127.0.0.1", "The address to listen on. 0.0.0.0 opens the server to the home network."),
    Option("PORT", "8000", "The port to listen on.", "number"),
    Option("PUBLIC_URL", "", "The address people reach the server by, used in links. Empty: host and port.", "address"),
    Option("WORKERS", "1", "Web processes. More than one needs REDIS_URL.", "number"),
    Option("TIMEZONE", "UTC", "The time zone of schedules and reports, for example Europe/Berlin."),
    Option("DEBUG", "False", "Log more.", "flag"),
    Option("ALLOWED_HOSTS", "*", "Host names the server answers to, separated by commas. *: any.", "list"),
    Option("TRUSTED_PROXIES", "", "Addresses of proxies whose forwarded headers count.", "networks"),
    Option(
        "X_ACCEL_REDIRECT",
        "",
        "Folders whose files nginx sends itself, with its internal locations: /srv/music=/antiphon-music.",
        "list",
    ),
    Option("DATABASE_URL", "", "postgresql://user:password@host:port/name. Empty: SQLite.", "text", (), True, "Stores"),
    Option("DB_NAME", "", "Makes up DATABASE_URL together with the other DB_ settings.", group="Stores"),
    Option("DB_USER", "", "See DB_NAME.", group="Stores"),
    Option("DB_PASSWORD", "", "See DB_NAME.", secret=True, group="Stores"),
    Option("DB_HOST", "", "See DB_NAME.", group="Stores"),
    Option("DB_PORT", "5432", "See DB_NAME.", "number", group="Stores"),
    Option("REDIS_URL", "", "redis://host:port/number, for more than one process.", secret=True, group="Stores"),
    Option("REDIS_HOST", "", "Makes up REDIS_URL together with REDIS_PORT.", group="Stores"),
    Option("REDIS_PORT", "6379", "See REDIS_HOST.", "number", group="Stores"),
    Option(
        "BROKER_URL", "", "Celery's broker where it is not Redis, for example amqp://…", secret=True, group="Stores"
    ),
    Option(
        "SECRET_KEY",
        "",
        "Signs addresses and states. Empty: made and kept in the data folder.",
        "text",
        (),
        True,
        "Keys",
    ),
    Option("SECURITY_PASSWORD_SALT", "", "A pepper of the password hash.", secret=True, group="Keys"),
    Option("JWT_SECRET_KEY", "", "Signs tokens that carry their own content.", secret=True, group="Keys"),
    Option("ENCRYPT_KEY", "", "Encrypts secrets that the server must read again.", secret=True, group="Keys"),
    Option("ADMIN_EMAIL", "", "Whoever proves this address becomes admin.", group="People"),
    Option(
        "REGISTRATION",
        "open",
        "Who may register: anyone, the invited, those an admin lets in, or nobody.",
        "text",
        ("open", "invitation", "approval", "closed"),
        False,
        "People",
    ),
    Option("ARTIST_REGISTRATION", "open", "Who may register as artist.", "text", ("open", "approval"), False, "People"),
    Option("UPLOAD_QUOTA", "10000000000", "Bytes each artist may upload.", "number", group="People"),
    Option("ARCHIVE_FILES", "2000", "Files that an uploaded ZIP may hold.", "number", group="People"),
    Option("ARCHIVE_BYTES", "4000000000", "Bytes that an uploaded ZIP may have unpacked.", "number", group="People"),
    Option(
        "ARCHIVE_RATIO",
        "100",
        "How many times its packed size a file in an uploaded ZIP may have; more is a ZIP bomb.",
        "number",
        group="People",
    ),
    Option("CATALOGUE_ACCESS", "open", "Who may browse.", "text", ("open", "members"), False, "People"),
    Option("CORS_ALLOWED_ORIGINS", "", "Other origins whose pages may call the server.", "list", group="People"),
    Option("RATE_LIMITS", "on", "off is for benchmarks on loopback only.", "text", ("on", "off"), False, "People"),
    Option("ENABLE_MUSIC_GENERATION", "True", "Let people have music composed.", "flag", group="Features"),
    Option("ENABLE_REAL_TIME", "True", "Let clients connect by Socket.IO.", "flag", group="Features"),
    Option(
        "ENABLE_EMOTION_DETECTION", "True", "Let people have their mood read from a picture.", "flag", group="Features"
    ),
    Option("HF_TOKEN", "", "A token for downloading models.", secret=True, group="Features"),
    Option(
        "TRANSCODES",
        "0",
        "How many songs are put into another form at once. 0: twice the cores.",
        "number",
        group="Sound",
    ),
    Option(
        "MEASURE_SOUND",
        "True",
        "Measure songs in the background: loudness, waveform, tempo, key, and what makes similar songs found. The "
        "covers of what came last are made ahead then, too.",
        "flag",
        group="Sound",
    ),
    Option(
        "TRANSCODE_CACHE",
        "2000000000",
        "Bytes of finished transcodes to keep in the data folder. 0: keep none.",
        "number",
        group="Sound",
    ),
    Option(
        "JUKEBOX_DEVICE",
        "",
        "The ALSA device that the server itself plays to, as `aplay -L` lists them: plughw:0, default. Empty: none.",
        group="Sound",
    ),
    Option(
        "SMTP_URL",
        "",
        "smtp://user:pass@host:port or smtps://… Empty: mails are files in the data folder, shown in the log.",
        secret=True,
        group="Outside",
    ),
    Option("MAIL_FROM", "", "The sender of mails, for example Music <music@example.org>.", group="Outside"),
    Option(
        "CHAT_WEBHOOK_URL", "", "A Google Chat, Slack, Discord or plain JSON webhook.", "address", (), True, "Outside"
    ),
    Option(
        "OUTGOING_ALLOW", "", "Private addresses that calls on people's behalf may reach.", "networks", group="Outside"
    ),
    Option("PODCAST_EPISODE_BYTES", "500000000", "Bytes of the largest podcast episode.", "number", group="Outside"),
    Option("SPOTIFY_CLIENT_ID", "", "Of your own Spotify app.", group="Outside"),
    Option("SPOTIFY_CLIENT_SECRET", "", "Of your own Spotify app.", secret=True, group="Outside"),
    Option("SPOTIFY_REDIRECT_URI", "", "Where Spotify sends people back to.", "address", group="Outside"),
    Option("SPOTIFY_ACCOUNTS_URL", "https://accounts.spotify.com", "Base address.", "address", group="Outside"),
    Option("SPOTIFY_API_URL", "https://api.spotify.com/v1", "Base address.", "address", group="Outside"),
    Option("LISTENBRAINZ_URL", "https://api.listenbrainz.org", "Base address.", "address", group="Outside"),
    Option("LASTFM_URL", "https://ws.audioscrobbler.com/2.0", "Base address.", "address", group="Outside"),
    Option("LASTFM_API_KEY", "", "Of your own API account at Last.fm: without it nobody can connect.", group="Outside"),
    Option("LASTFM_SECRET", "", "Of your own API account at Last.fm.", secret=True, group="Outside"),
    Option("LASTFM_AUTH_URL", "https://www.last.fm/api/auth/", "Where people say yes.", "address", group="Outside"),
    Option("MUSICBRAINZ_URL", "https://musicbrainz.org/ws/2", "Base address.", "address", group="Outside"),
    Option(
        "OIDC_PROVIDERS",
        "",
        "Short names of the OpenID providers that people may sign in with: company,my-school.",
        "list",
        group="OpenID providers",
    ),
    Option("S3_ENDPOINT", "", "Address of an S3-compatible object storage.", "address", group="Storage"),
    Option(
        "S3_PUBLIC_ENDPOINT",
        "",
        "Its address as listeners' apps reach it: they are sent there for the audio of uploads. Empty: not at all.",
        "address",
        group="Storage",
    ),
    Option("S3_ACCESS_KEY", "", "Its access key.", secret=True, group="Storage"),
    Option("S3_SECRET_KEY", "", "Its secret key.", secret=True, group="Storage"),
    Option("S3_BUCKET_NAME", "", "Its bucket.", group="Storage"),
    Option("S3_REGION", "us-east-1", "Its region.", group="Storage"),
)

PROVIDER = "<NAME>"
# What each provider of OIDC_PROVIDERS has: OIDC_COMPANY_ISSUER for `company`, OIDC_MY_SCHOOL_ISSUER for `my-school`.
PROVIDER_OPTIONS: tuple[Option, ...] = (
    Option("OIDC_<NAME>_ISSUER", "", "The provider's address, as it names itself. Needed.", "address"),
    Option("OIDC_<NAME>_CLIENT_ID", "", "Of the client that you have registered there. Needed."),
    Option("OIDC_<NAME>_CLIENT_SECRET", "", "Its secret. Empty: a public client.", secret=True),
    Option("OIDC_<NAME>_NAME", "", "What people read on the button. Empty: the short name."),
    Option("OIDC_<NAME>_SCOPES", "openid profile email", "What is asked for, separated by spaces."),
    Option("OIDC_<NAME>_REGISTER", "True", "Whether who is new gets an account, as REGISTRATION allows.", "flag"),
    Option("OIDC_<NAME>_GROUPS_CLAIM", "groups", "Where the provider tells groups; realm_access.roles works too."),
    Option(
        "OIDC_<NAME>_ROLES",
        "",
        "Roles by group, for example music-admins=admin,bands=artist. At each sign-in the groups decide about them.",
        "list",
    ),
)


def provider_option(option: Option, provider: str) -> Option:
    """An option of `PROVIDER_OPTIONS` as it is called for one provider."""
    name = option.name.replace(PROVIDER, provider.upper().replace("-", "_"))
    return msgspec.structs.replace(option, name=name)


# Names that the replaced backends read and that mean nothing here: ignored with one warning.
IGNORED_PREFIXES = ("MONGO_", "FLASK_", "DJANGO_", "REDIS_POOL", "POSTGRES_", "CELERY_")
IGNORED = ("DEBUG_EMOTION_DETECTION", "REDIS_DB", "REDIS_PASSWORD", "JWT_ACCESS_TOKEN_EXPIRES", "CACHE_TTL")
