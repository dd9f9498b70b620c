"""`.env`: lines as people and other programs write them, and a sentence with the line's number for all others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.bootstrap.env_file import SettingsError, read_env_file
from antiphon.bootstrap.options import OPTIONS
from antiphon.bootstrap.settings import read_settings
from tests.bootstrap.disks import without_root

NAMES = [option.name for option in OPTIONS]


@pytest.fixture(scope="module")
def env_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that each example writes anew."""
    return tmp_path_factory.mktemp("env") / ".env"


def parsed(file: Path, text: str) -> dict[str, str]:
    """The settings that a file with this text holds."""
    file.write_bytes(text.encode())
    return read_env_file(file, [])


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("HOST=localhost", "localhost"),
        ("  HOST = localhost  ", "localhost"),
        ("export HOST=localhost", "localhost"),
        ("export\tHOST=localhost", "localhost"),
        ("HOST='local host'", "local host"),
        ('HOST="local host"', "local host"),
        ('HOST="local" # the default', "local"),
        ('HOST="a # b" # the "default"', "a # b"),
        ("HOST=localhost # the default", "localhost"),
        ("HOST=local#host", "local#host"),
        ("HOST=# nothing", ""),
        ("HOST=   # nothing", ""),
        ("HOST=", ""),
        ("HOST=''", ""),
        ("HOST='", "'"),
        ('HOST="it\'s"', "it's"),
        ("HOST='say \"so\"'", 'say "so"'),
        ("HOST=a=b=c", "a=b=c"),
        ("HOST=localhost\r", "localhost"),
        ("HOST=$PORT", "$PORT"),
        ("HOST=\\n", "\\n"),
        ("\ufeffHOST=localhost", "localhost"),
    ],
)
def test_a_line_is_read_as_it_was_meant(env_file: Path, line: str, value: str) -> None:
    assert parsed(env_file, line) == {"HOST": value}


def test_blank_lines_and_remarks_say_nothing(env_file: Path) -> None:
    assert parsed(env_file, "\n# HOST=one\n   \n  # two\r\n\tPORT=9\n\n") == {"PORT": "9"}


def test_the_last_of_two_lines_counts(env_file: Path) -> None:
    assert parsed(env_file, "PORT=1\nPORT=2\n") == {"PORT": "2"}


def test_a_missing_file_says_nothing(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / ".env", []) == {}


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nTIMEZONE=Europe/Berlin\n")
    settings = read_settings({"PORT": "9001"}, tmp_path)
    assert (settings.port, settings.timezone) == (9001, "Europe/Berlin")


def test_a_slip_in_the_environment_is_told(tmp_path: Path) -> None:
    for name, meant in (("ANTIPHON_MUSICS", "ANTIPHON_MUSIC"), ("ANTIPHON_DAT", "ANTIPHON_DATA")):
        with pytest.raises(SettingsError, match=f"no setting {name}, .* Did you mean {meant}"):
            read_settings({name: "/srv"}, tmp_path)
    # What others put there, such as Kubernetes for a service of that name, is theirs.
    others = {"ANTIPHON_PORT": "tcp://10.0.0.1:8000", "ANTIPHON_SERVICE_HOST": "10.0.0.1", "MUSIC": "x", "HOSTS": "y"}
    assert read_settings(others, tmp_path).port == 8000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("HOST=x\nSECRETKEY=x", "line 2: there is no setting SECRETKEY. Did you mean SECRET_KEY?"),
        ("ANTIPHON_MUSIK=/srv", "line 1: there is no setting ANTIPHON_MUSIK. Did you mean ANTIPHON_MUSIC?"),
        ("port=8000", "line 1: there is no setting port. Did you mean PORT?"),
        ("\n\nXYZZY=1", "line 3: there is no setting XYZZY. See .env.example"),
        ("HOST", "line 1: a line must read NAME=value."),
        ("=x", "line 1: a line must read NAME=value."),
        ("MY HOST=x", "line 1: a line must read NAME=value."),
        ("9HOST=x", "line 1: a line must read NAME=value."),
        ("HÖST=x", "line 1: a line must read NAME=value."),
    ],
)
def test_any_other_line_is_refused_with_its_number(env_file: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parsed(env_file, text)
    assert told in str(refused.value)
    assert str(env_file) in str(refused.value)


def test_what_stands_on_a_refused_line_is_not_repeated(env_file: Path) -> None:
    for line in ("SECRET_KEY hidden-value", "SECRET_KEYS=hidden-value", "export hidden-value"):
        with pytest.raises(SettingsError) as refused:
            parsed(env_file, line)
        assert "hidden-value" not in str(refused.value)


def test_an_unknown_name_in_the_environment_is_nobodys_business(tmp_path: Path) -> None:
    assert read_settings({"XYZZY": "1", "MONGO_URI": "mongodb://mongo/db"}, tmp_path).warnings == ()


def test_names_of_the_replaced_backends_add_one_warning(tmp_path: Path) -> None:
    lines = [
        "MONGO_URI=mongodb://me:hidden@mongo/db",
        "FLASK_ENV=production",
        "FLASK_APP=app.py",
        "REDIS_POOL_SIZE=10",
        "MONGO_POOL_SIZE=10",
        "FLASK_ENV=development",
        "PORT=9000",
    ]
    (tmp_path / ".env").write_text("\n".join(lines))
    settings = read_settings({}, tmp_path)
    assert settings.port == 9000
    assert len(settings.warnings) == 1
    for name in ("MONGO_URI", "FLASK_ENV", "FLASK_APP", "REDIS_POOL_SIZE", "MONGO_POOL_SIZE"):
        assert settings.warnings[0].count(name) == 1
    assert "hidden" not in settings.warnings[0]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match=r"\.env cannot be read: Is a directory\."):
        read_settings({}, tmp_path)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("MAIL_FROM=Björk".encode("latin-1"))
    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings({}, tmp_path)


def test_a_file_that_one_may_not_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PORT=9000\n")
    file.chmod(0)
    with without_root(), pytest.raises(SettingsError, match="Permission denied"):
        read_settings({}, tmp_path)


def test_every_setting_of_the_example_is_known(env_file: Path) -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text(encoding="utf-8")
    told = [line.removeprefix("#") for line in example.splitlines() if line.partition("=")[0].strip("#") in NAMES]
    assert {line.partition("=")[0] for line in told} == set(NAMES)
    defaults = {option.name: option.default for option in OPTIONS}
    assert parsed(env_file, "\n".join(told)) == defaults


LINE = st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]))


@given(name=st.sampled_from(NAMES), value=LINE, quote=st.sampled_from("\"'"))
def test_any_value_can_be_written_in_quotes(env_file: Path, name: str, value: str, quote: str) -> None:
    value = value.replace(quote, "")
    assert parsed(env_file, f"{name}={quote}{value}{quote}\n") == {name: value}


@given(name=st.sampled_from(NAMES), value=LINE.map(str.strip))
def test_a_value_without_quotes_or_remark_stands_for_itself(env_file: Path, name: str, value: str) -> None:
    value = value.replace("#", "").strip().strip("\"'").strip()
    assert parsed(env_file, f"{name}={value}\n") == {name: value}


@given(values=st.dictionaries(st.sampled_from(NAMES), LINE.map(lambda text: text.replace('"', "")), max_size=8))
def test_lines_do_not_touch_one_another(env_file: Path, values: dict[str, str]) -> None:
    text = "".join(f'# {value}\n{name}="{value}" # {name}=other\n\n' for name, value in values.items())
    assert parsed(env_file, text) == values


@given(text=st.text())
def test_whatever_stands_in_a_file_is_read_or_refused(env_file: Path, text: str) -> None:
    env_file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        found = read_env_file(env_file, [])
    except SettingsError as error:
        assert str(env_file) in str(error)
    else:
        assert set(found) <= set(NAMES)


@given(content=st.binary())
def test_whatever_bytes_a_file_has_are_read_or_refused(env_file: Path, content: bytes) -> None:
    env_file.write_bytes(b"HOST=" + content)
    try:
        assert set(read_env_file(env_file, [])) <= set(NAMES)
    except SettingsError as error:
        assert str(env_file) in str(error)
