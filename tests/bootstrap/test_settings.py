"""What the owner sets is taken as meant, or refused in a sentence that names it and says what would be right."""

from pathlib import Path

import pytest

from antiphon.bootstrap.options import OPTIONS
from antiphon.bootstrap.settings import Settings, SettingsError, read_settings

GOOD_KEY = "k7Qd-2hZr9PfLm0xVw4TyBn6Sg1Ea8Uc"
S3 = {"S3_BUCKET_NAME": "music", "S3_ACCESS_KEY": "somebody", "S3_SECRET_KEY": "a secret of somebody"}


def read(folder: Path, **values: str) -> Settings:
    """The settings that an environment of these values alone makes."""
    return read_settings(values, folder)


def refusal(folder: Path, **values: str) -> str:
    """The sentence that refuses these values."""
    with pytest.raises(SettingsError) as refused:
        read(folder, **values)
    return str(refused.value)


def test_a_server_without_any_setting_listens_on_loopback_with_sqlite(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.host, settings.port, settings.address) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert settings.data == tmp_path / "data"
    assert settings.music == ()
    assert settings.database_url == settings.redis_url == settings.broker_url == ""
    assert (settings.workers, settings.timezone, settings.debug) == (1, "UTC", False)
    assert settings.rate_limits
    assert settings.enable_music_generation
    assert settings.enable_real_time
    assert settings.enable_emotion_detection
    assert settings.warnings == ()


def test_an_empty_value_means_the_default(tmp_path: Path) -> None:
    emptied = read(tmp_path, **{option.name: " " for option in OPTIONS})
    assert emptied == read(tmp_path)


WRONG_VALUES = [
    ("PORT", "eighty", "a whole number"),
    ("PORT", "-1", "a whole number"),
    ("UPLOAD_QUOTA", "-5", "a whole number, zero or more"),
    ("PORT", "8000.5", "a whole number"),
    ("PORT", "٨٠٠٠", "a whole number"),
    ("PORT", "1" * 30, "at most 18 digits"),
    ("CORS_ALLOWED_ORIGINS", "https://a.example,foo bar", "has 'foo bar'; it takes origins"),
    ("CORS_ALLOWED_ORIGINS", "https://a.example/app", "it takes origins"),
    ("CORS_ALLOWED_ORIGINS", "a.example", "it takes origins"),
    ("TAG_CODE_PAGE", "utf-16", "must be one of: auto, big5"),
    ("PORT", "0", "between 1 and 65535"),
    ("PORT", "65536", "between 1 and 65535"),
    ("DB_PORT", "70000", "between 1 and 65535"),
    ("HOST", "ü" * 80, "a host's name"),
    ("HOST", "..", "a host's name"),
    ("REDIS_PORT", "0", "between 1 and 65535"),
    ("WORKERS", "0", "between 1 and 64"),
    ("WORKERS", "65", "between 1 and 64"),
    ("UPLOAD_QUOTA", "10GB", "a whole number"),
    ("DEBUG", "maybe", "True or False"),
    ("ENABLE_REAL_TIME", "2", "True or False"),
    ("ENABLE_MUSIC_GENERATION", "nope", "True or False"),
    ("ARTIST_REGISTRATION", "closed", "one of: open, approval"),
    ("CATALOGUE_ACCESS", "Open", "one of: open, members"),
    ("RATE_LIMITS", "none", "one of: on, off"),
    ("PUBLIC_URL", "music.example.org", "http:// or https://"),
    ("PUBLIC_URL", "https://", "http:// or https://"),
    ("PUBLIC_URL", "http://[", "cannot be"),
    ("PUBLIC_URL", "http://music.example.org:99999", "cannot be"),
    ("SPOTIFY_API_URL", "ftp://api.example.org", "http:// or https://"),
    ("TIMEZONE", "Mars/Olympus", "Europe/Berlin"),
    ("TIMEZONE", "../../../etc/passwd", "Europe/Berlin"),
    ("TIMEZONE", "Europe", "Europe/Berlin"),
    ("DATABASE_URL", "mysql://localhost/music", "postgresql://"),
    ("DATABASE_URL", "mongodb://localhost:27017/museaika", "postgresql://"),
    ("DATABASE_URL", "postgresql://host:port/music", "cannot be"),
    ("DATABASE_URL", "just words", "postgresql://"),
    ("REDIS_URL", "http://localhost:6379", "redis://"),
    ("REDIS_URL", "redis://localhost:no", "cannot be"),
    ("SMTP_URL", "mail.example.org", "smtp://"),
    ("SMTP_URL", "smtp://", "smtp://"),
    ("SMTP_URL", "smtp://:secret@", "smtp://"),
    ("MAIL_FROM", "music", "mail address"),
    ("MAIL_FROM", "a@example.org, b@example.org", "mail address"),
    ("MAIL_FROM", "Music <music>", "mail address"),
    ("TRUSTED_PROXIES", "10.0.0.1, nginx", "10.0.0.0/8"),
    ("TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/8"),
    ("ANTIPHON_DATA", "~nobody-has-this-name/data", "home"),
    ("MAIL_FROM", "a\0b", "control character"),
    ("MAIL_FROM", "music@example.org\nBcc: all@example.org", "control character"),
]


@pytest.mark.parametrize(("name", "value", "what_is_right"), WRONG_VALUES)
def test_a_wrong_value_is_refused_by_name(tmp_path: Path, name: str, value: str, what_is_right: str) -> None:
    sentence = refusal(tmp_path, **{name: value})
    assert sentence.startswith(name)
    assert what_is_right in sentence
    assert "\n" not in sentence
    assert not (tmp_path / "data").exists(), "nothing is written before the settings are right"


@pytest.mark.parametrize("text", ["True", "true", "1", "yes", "ON"])
def test_a_flag_may_be_said_in_many_ways(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, DEBUG=text).debug is True


@pytest.mark.parametrize("text", ["False", "false", "0", "no", "OFF"])
def test_a_flag_may_be_denied_in_many_ways(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, ENABLE_REAL_TIME=text).enable_real_time is False


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "music.example.org"])
def test_rate_limits_stay_on_where_others_can_reach_the_server(tmp_path: Path, host: str) -> None:
    assert "RATE_LIMITS" in refusal(tmp_path, RATE_LIMITS="off", HOST=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_rate_limits_may_be_off_on_loopback(tmp_path: Path, host: str) -> None:
    assert read(tmp_path, RATE_LIMITS="off", HOST=host).rate_limits is False


def test_several_processes_need_redis(tmp_path: Path) -> None:
    assert "REDIS_URL" in refusal(tmp_path, WORKERS="2")
    assert read(tmp_path, WORKERS="2", REDIS_URL="redis://localhost:6379/0").workers == 2
    assert read(tmp_path, WORKERS="2", REDIS_HOST="localhost").workers == 2


def test_the_parts_make_up_the_addresses_of_the_stores(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        DB_NAME="music & more",
        DB_USER="antiphon",
        DB_PASSWORD="p@ss:w/rd%",
        DB_HOST="db",
        DB_PORT="6543",
        REDIS_HOST="cache",
        REDIS_PORT="7000",
    )
    assert settings.database_url == "postgresql://antiphon:p%40ss%3Aw%2Frd%25@db:6543/music%20%26%20more"
    assert settings.redis_url == "redis://cache:7000/0"


def test_the_parts_have_the_usual_defaults(tmp_path: Path) -> None:
    settings = read(tmp_path, DB_NAME="music", REDIS_HOST="cache")
    assert settings.database_url == "postgresql://postgres:@localhost:5432/music"
    assert settings.redis_url == "redis://cache:6379/0"


def test_a_whole_address_beats_its_parts(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        DATABASE_URL="postgresql://one@host/first",
        DB_NAME="second",
        REDIS_URL="redis://one:6379/1",
        REDIS_HOST="two",
    )
    assert settings.database_url == "postgresql://one@host/first"
    assert settings.redis_url == "redis://one:6379/1"


def test_parts_without_a_database_name_mean_sqlite(tmp_path: Path) -> None:
    assert read(tmp_path, DB_HOST="db", DB_USER="antiphon").database_url == ""


def test_a_sqlite_address_is_told_where_its_file_is(tmp_path: Path) -> None:
    settings = read(tmp_path, DATABASE_URL="sqlite:///db.sqlite3")
    assert settings.database_url == ""
    assert "antiphon.db in the data folder" in settings.warnings[0]


def test_folders_are_seen_from_the_folder_of_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    settings = read(tmp_path, ANTIPHON_DATA="store/../data", ANTIPHON_MUSIC="music:/srv/music::~/songs")
    assert settings.data == tmp_path / "data"
    assert settings.music == (tmp_path / "music", Path("/srv/music"), tmp_path / "home" / "songs")


def test_lists_are_separated_by_commas(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        ALLOWED_HOSTS="localhost, 127.0.0.1,",
        CORS_ALLOWED_ORIGINS="http://localhost:3000,http://127.0.0.1:3000",
        TRUSTED_PROXIES="10.0.0.0/8, ::1",
    )
    assert settings.allowed_hosts == ("localhost", "127.0.0.1")
    assert settings.cors_allowed_origins == ("http://localhost:3000", "http://127.0.0.1:3000")
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({"HOST": "0.0.0.0", "PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"PUBLIC_URL": "https://music.example.org/"}, "https://music.example.org"),
        ({"PUBLIC_URL": "https://example.org/music", "HOST": "0.0.0.0"}, "https://example.org/music"),
    ],
)
def test_people_are_told_an_address_that_they_can_open(tmp_path: Path, values: dict[str, str], address: str) -> None:
    assert read(tmp_path, **values).address == address


# As the documents of the replaced backends print them.
SAMPLES = [
    ("SECRET_KEY", "your-secret-key"),
    ("SECRET_KEY", "your-super-secret-key-here-and-it-is-long-enough"),
    ("SECRET_KEY", "<generate-a-strong-random-key>"),
    ("SECRET_KEY", "django-insecure-3nkq$0x!p2@v7l#r9w5t8y1u4i6o"),
    ("SECRET_KEY", "ChangeMe-ChangeMe-ChangeMe-ChangeMe-1"),
    ("SECURITY_PASSWORD_SALT", "your-salt"),
    ("JWT_SECRET_KEY", "your-jwt-secret-key"),
    ("ENCRYPT_KEY", "your-encryption-key-32-chars-or-more"),
    ("DB_PASSWORD", "your-database-password"),
    ("SPOTIFY_CLIENT_SECRET", "your_spotify_client_secret"),
    ("HF_TOKEN", "your_hugging_face_token"),
]


@pytest.mark.parametrize(("name", "value"), SAMPLES)
def test_a_sample_secret_is_refused_and_not_repeated(tmp_path: Path, name: str, value: str) -> None:
    sentence = refusal(tmp_path, **{name: value})
    assert sentence.startswith(f"{name} is a sample value.")
    assert value not in sentence


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECURITY_PASSWORD_SALT", "JWT_SECRET_KEY", "ENCRYPT_KEY"])
def test_a_short_key_is_refused_and_not_repeated(tmp_path: Path, name: str) -> None:
    short = GOOD_KEY[:31]
    sentence = refusal(tmp_path, **{name: short})
    assert sentence.startswith(f"{name} is shorter than 32 bytes.")
    assert short not in sentence
    assert read(tmp_path, **{name: GOOD_KEY}).warnings == ()


def test_the_length_of_a_key_is_counted_in_bytes(tmp_path: Path) -> None:
    assert read(tmp_path, SECRET_KEY="schlüßel" * 4).secret_key == "schlüßel" * 4


def test_services_may_have_simple_passwords_of_their_own(tmp_path: Path) -> None:
    settings = read(tmp_path, DB_NAME="music", DB_PASSWORD="secret", **{**S3, "S3_ACCESS_KEY": "minioadmin"})
    assert ":secret@" in settings.database_url


COMPANY = {
    "OIDC_PROVIDERS": "company",
    "OIDC_COMPANY_ISSUER": "https://id.example.org/realms/company",
    "OIDC_COMPANY_CLIENT_ID": "antiphon",
}


def test_openid_providers_have_settings_of_their_own(tmp_path: Path) -> None:
    school_values = {
        "OIDC_MY_SCHOOL_ISSUER": "http://school.local:9000/",
        "OIDC_MY_SCHOOL_CLIENT_ID": "music",
        "OIDC_MY_SCHOOL_CLIENT_SECRET": "hush",
        "OIDC_MY_SCHOOL_NAME": "The School",
        "OIDC_MY_SCHOOL_SCOPES": "openid email",
        "OIDC_MY_SCHOOL_REGISTER": "no",
        "OIDC_MY_SCHOOL_GROUPS_CLAIM": "realm_access.roles",
        "OIDC_MY_SCHOOL_ROLES": "cn=music=admin, bands=artist,",
    }
    settings = read(tmp_path, **{**COMPANY, **school_values, "OIDC_PROVIDERS": "company, my-school"})
    company, school = settings.openid_providers
    assert (company.id, company.name, company.client_secret, company.registers) == ("company", "company", "", True)
    assert (company.scopes, company.groups_claim, company.roles) == (("openid", "profile", "email"), "groups", ())
    assert (school.id, school.name, school.issuer) == ("my-school", "The School", "http://school.local:9000/")
    assert (school.client_secret, school.registers, school.scopes) == ("hush", False, ("openid", "email"))
    assert (school.groups_claim, school.roles) == ("realm_access.roles", (("cn=music", "admin"), ("bands", "artist")))
    assert read(tmp_path).openid_providers == ()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"OIDC_PROVIDERS": "Company"}, "OIDC_PROVIDERS has 'Company'"),
        ({"OIDC_PROVIDERS": "my_school"}, "OIDC_PROVIDERS has 'my_school'"),
        ({"OIDC_PROVIDERS": "a--b"}, "OIDC_PROVIDERS has 'a--b'"),
        ({"OIDC_PROVIDERS": "spotify"}, "is not spotify"),
        ({"OIDC_PROVIDERS": "c" * 31}, "OIDC_PROVIDERS has"),
        ({"OIDC_PROVIDERS": "company,company"}, "OIDC_PROVIDERS has 'company' twice."),
        ({"OIDC_COMPANY_ISSUER": ""}, "OIDC_COMPANY_ISSUER is missing: OIDC_PROVIDERS names company."),
        ({"OIDC_COMPANY_CLIENT_ID": ""}, "OIDC_COMPANY_CLIENT_ID is missing"),
        ({"OIDC_COMPANY_ISSUER": "id.example.org"}, "OIDC_COMPANY_ISSUER is not an address"),
        ({"OIDC_COMPANY_REGISTER": "maybe"}, "OIDC_COMPANY_REGISTER is 'maybe'; it must be True or False."),
        ({"OIDC_COMPANY_ROLES": "bands=king"}, "OIDC_COMPANY_ROLES has 'bands=king'"),
        ({"OIDC_COMPANY_ROLES": "admin"}, "OIDC_COMPANY_ROLES has 'admin'"),
        ({"OIDC_COMPANY_ROLES": "=admin"}, "OIDC_COMPANY_ROLES has '=admin'"),
        ({"OIDC_COMPANY_CLIENT_SECRET": "your-client-secret"}, "OIDC_COMPANY_CLIENT_SECRET is a sample value."),
    ],
)
def test_a_provider_that_cannot_be_is_refused(tmp_path: Path, values: dict[str, str], told: str) -> None:
    assert told in refusal(tmp_path, **{**COMPANY, **values})


def test_a_setting_of_a_provider_that_is_not_named_is_refused_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OIDC_COMPANY_ISSUER=https://id.example.org\n")
    assert refusal(tmp_path) == "OIDC_COMPANY_ISSUER is of a provider that OIDC_PROVIDERS does not name."
    assert read(tmp_path, **COMPANY).openid_providers[0].issuer == COMPANY["OIDC_COMPANY_ISSUER"]
    file.write_text("OIDC_COMPANY_SECRET=hidden-value\n")
    told = refusal(tmp_path, **COMPANY)
    assert "there is no setting OIDC_COMPANY_SECRET" in told
    assert "hidden-value" not in told
    file.write_text("\n".join(f"{name}={value}" for name, value in COMPANY.items()))
    assert read(tmp_path).openid_providers[0].id == "company"


def test_the_addresses_of_spotify_keep_their_path(tmp_path: Path) -> None:
    settings = read(tmp_path, SPOTIFY_API_URL="http://127.0.0.1:9/spotify/v1/", SPOTIFY_CLIENT_ID="mine")
    assert (settings.spotify.client_id, settings.spotify.api_address) == ("mine", "http://127.0.0.1:9/spotify/v1")
    assert settings.spotify.accounts_address == "https://accounts.spotify.com"


def test_no_secret_stands_in_any_refusal(tmp_path: Path) -> None:
    secret = "Zq8-hidden-Zq8"
    secrets = {
        "DATABASE_URL": f"mysql://antiphon:{secret}@db/music",
        "REDIS_URL": f"http://:{secret}@cache",
        "SMTP_URL": f"imap://me:{secret}@mail",
        "CHAT_WEBHOOK_URL": f"chat.example.org/{secret}",
        "SECRET_KEY": secret,
        "ENCRYPT_KEY": secret,
    }
    for name, value in secrets.items():
        assert secret not in refusal(tmp_path, **{name: value}), name
    assert secret not in refusal(tmp_path, DATABASE_URL=f"postgresql://antiphon:{secret}@db:port/music")


def test_uploads_go_to_an_object_storage_where_one_is_set(tmp_path: Path) -> None:
    assert read(tmp_path).object_storage is None
    assert read(tmp_path, S3_REGION="eu-central-1").object_storage is None
    found = read(tmp_path, **S3, S3_ENDPOINT="http://localhost:9000").object_storage
    assert found is not None
    assert (found.endpoint, found.public_endpoint, found.bucket) == ("http://localhost:9000", "", "music")
    assert (found.access_key, found.secret_key, found.region) == ("somebody", "a secret of somebody", "us-east-1")


@pytest.mark.parametrize("missing", sorted(S3))
def test_a_part_of_an_object_storage_is_refused(tmp_path: Path, missing: str) -> None:
    told = refusal(tmp_path, **{**S3, missing: ""}, S3_ENDPOINT="http://localhost:9000")
    assert missing in told
    assert "needs all of them" in told


@pytest.mark.parametrize(
    ("name", "value"), [("S3_ENDPOINT", "https://your-s3-endpoint.com"), ("S3_BUCKET_NAME", "your-bucket-name")]
)
def test_a_sample_of_an_object_storage_is_refused(tmp_path: Path, name: str, value: str) -> None:
    told = refusal(tmp_path, **{**S3, name: value})
    assert name in told
    assert "sample" in told


@pytest.mark.parametrize(
    ("music", "data", "told"),
    [
        ("m:m/jazz", "data", "every song in it would be there twice. Name only one of the two."),
        ("m/jazz:m", "data", "every song in it would be there twice. Name only one of the two."),
        ("m:link", "data", "every song in it would be there twice. Name only one of the two."),
        ("m", "m/data", "Set ANTIPHON_DATA to a folder outside of the music."),
        ("m", "m", "Set ANTIPHON_DATA to a folder outside of the music."),
    ],
)
def test_folders_that_lie_in_each_other_are_refused(tmp_path: Path, music: str, data: str, told: str) -> None:
    (tmp_path / "m" / "jazz").mkdir(parents=True)
    (tmp_path / "link").symlink_to("m/jazz")
    with pytest.raises(SettingsError) as refused:
        read_settings({"ANTIPHON_MUSIC": music, "ANTIPHON_DATA": data}, tmp_path)
    assert str(refused.value).endswith(told)


@pytest.mark.parametrize(
    ("music", "data"),
    [("m:more", "data"), ("m:m", "data"), ("m:data/demo-music", "data"), ("m:m/.kept", "data"), ("m", "m/.data")],
)
def test_folders_that_scans_keep_apart_are_taken(tmp_path: Path, music: str, data: str) -> None:
    assert read_settings({"ANTIPHON_MUSIC": music, "ANTIPHON_DATA": data}, tmp_path).music
