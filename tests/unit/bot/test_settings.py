"""Settings and seed files that cannot work end the start with one line that names them and gives no secret away."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Settings, Unusable, read_settings
from bot.files.private import secret_key
from bot.files.seed import SeedError, read_seed
from bot.outbound.templates import read_templates
from bot.sandbox.town.demo import SEED
from bot.wiring import make_folder
from tests.support import wechat_pushes

SECRET = "pa55w0rd"
ACCOUNT = {
    "WECHAT_APP_ID": "wx1",
    "WECHAT_APP_SECRET": SECRET,
    "WECHAT_TOKEN": "token",
    "WECHAT_AES_KEY": wechat_pushes.KEY_TEXT,
}
WECOM = {
    "WECOM_CORP_ID": "ww1",
    "WECOM_AGENT_ID": "100",
    "WECOM_SECRET": SECRET,
    "WECOM_TOKEN": "token",
    "WECOM_AES_KEY": wechat_pushes.KEY_TEXT,
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting is given, and no `.env` lies here."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


UNUSABLE = [
    ("DATABASE_URL", f"mysql://u:{SECRET}@host/db"),
    ("DATABASE_URL", f"postgresql://u:{SECRET}"),
    ("DATABASE_URL", f"postgresql://u@host:{SECRET}/db"),
    ("DATABASE_URL", SECRET),
    ("HOME_REGION", "云溪县"),
    ("HOME_REGION", "朝阳区"),
    ("HOME_REGION", "湖南省杭州市"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("REDIS_URL", f"http://:{SECRET}@host"),
    ("REDIS_URL", f"redis://host:{SECRET}/0"),
    ("PORT", SECRET),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PUBLIC_URL", "ms.example.gov.cn"),
    ("SANDBOX", SECRET),
    ("LOG_JSON", SECRET),
    ("PROXIES", "-1"),
    ("SECRET_KEY", SECRET),
    ("WECHAT_MODE", SECRET),
    ("WECHAT_AES_KEY", SECRET),
    ("WECHAT_AES_KEY_PREVIOUS", SECRET),
    ("WECHAT_API_BASE", SECRET),
    ("WECOM_AES_KEY", SECRET),
    ("WECOM_API_BASE", SECRET),
    ("WECOM_AGENT_ID", SECRET),
]


@pytest.mark.parametrize(("name", "value"), UNUSABLE)
def test_an_unusable_setting_is_named_in_one_line(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Unusable) as refused:
        read_settings()
    said = str(refused.value)
    assert said.startswith(f"{name}: ")
    assert said.count(name) == 1
    assert "\n" not in said
    assert SECRET not in said


@pytest.mark.parametrize("account", [ACCOUNT, WECOM], ids=["wechat", "wecom"])
def test_half_an_account_is_none(account: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in account:
        with monkeypatch.context() as given:
            for other in set(account) - {name}:
                given.setenv(other, account[other])
            with pytest.raises(Unusable, match=f"^{name}: is needed"):
                read_settings()
    for name, value in account.items():
        monkeypatch.setenv(name, value)
    read_settings()


def test_plain_mode_needs_no_key_and_the_sandbox_no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WECHAT_APP_ID", "WECHAT_APP_SECRET", "WECHAT_TOKEN"):
        monkeypatch.setenv(name, ACCOUNT[name])
    monkeypatch.setenv("WECHAT_MODE", "plain")
    with pytest.raises(Unusable) as error:
        read_settings()
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("WECHAT_CALLBACK_ADDRESSES: ")
    monkeypatch.setenv("WECHAT_CALLBACK_ADDRESSES", "101.226.103.0/24, 2402:4e00::/32,127.0.0.1")
    assert [str(network) for network in read_settings().callback_networks] == [
        "101.226.103.0/24",
        "2402:4e00::/32",
        "127.0.0.1/32",
    ]
    monkeypatch.delenv("WECHAT_CALLBACK_ADDRESSES")
    monkeypatch.setenv("WECHAT_MODE", "safe")
    monkeypatch.setenv("SANDBOX", "1")
    read_settings()


def test_without_any_setting_it_starts_with_a_file_of_its_own() -> None:
    settings = read_settings()
    assert settings.database == "sqlite:///var/minsheng.db"
    assert settings.site == "http://127.0.0.1:8080"


def test_a_template_setting_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECHAT_TEMPLATE_TASK", "TPL:thing1=everything")
    with pytest.raises(Unusable, match=r"^WECHAT_TEMPLATE_TASK: "):
        read_templates(read_settings())


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unusable, match=r"^DATA_DIR: "):
        make_folder(tmp_path / "file" / "data", "DATA_DIR")


def test_the_secret_key_is_made_once_and_only_we_may_read_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    settings = read_settings()
    made = secret_key(settings)
    assert len(made) >= 48
    assert secret_key(settings) == made
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    assert secret_key(read_settings()) == "k" * 32


UNITS = '[[units]]\nid = "city"\nname = "市政府"\nlevel = "city"\n[[units]]\nid = "roads"\nname = "城管局"\nlevel = "city"\n'
GOOD = 'dispatch = "city"\n' + UNITS

BAD_SEEDS = {
    "not TOML": ("dispatch = ", "Invalid"),
    "no dispatch desk": ('dispatch = "nowhere"\n' + UNITS, "no unit nowhere"),
    "no units at all": ('dispatch = "city"', "units"),
    "a field nobody knows": (GOOD + 'colour = "red"\n', "colour"),
    "a level nobody knows": (GOOD.replace('"city"\n[', '"moon"\n['), "moon"),
    "two of one id": (GOOD.replace('"roads"', '"city"'), "same id"),
    "two of one name": (GOOD.replace("城管局", "市政府"), "both are called 市政府"),
    "an alias that is another's name": (GOOD + 'aliases = ["市政府"]\n', "both are called 市政府"),
    "no such parent": (GOOD + 'parent = "moon"\n', "no parent moon"),
    "a circle": (
        GOOD.replace('level = "city"\n[', 'level = "city"\nparent = "roads"\n[') + 'parent = "city"\n',
        "circle",
    ),
    "its own parent": (GOOD + 'parent = "roads"\n', "circle"),
    "a route to nowhere": (GOOD + '[[routes]]\nunit = "moon"\n', "no unit moon"),
    "staff of nowhere": (GOOD + '[[staff]]\nid = 1\nunit = "moon"\nrole = "handler"\nname = "x"\n', "no unit moon"),
    "a role nobody knows": (GOOD + '[[staff]]\nid = 1\nunit = "city"\nrole = "king"\nname = "x"\n', "king"),
    "two members of one id": (
        GOOD + '[[staff]]\nid = 1\nunit = "city"\nrole = "handler"\nname = "x"\n' * 2,
        "same id",
    ),
    "a number too large": (GOOD + f'[[staff]]\nid = {2**63}\nunit = "city"\nrole = "handler"\nname = "x"\n', "staff"),
    "a name too long": (GOOD.replace("城管局", "局" * 129), "units"),
    "a time of day that is none": (GOOD + 'opens = "9:00"\n', "unit roads: a time of day is written as 09:00"),
    "a day that ends before it begins": (GOOD + 'closes = "08:30"\n', "unit roads: office hours end after they begin"),
    "an empty id": (GOOD.replace('"roads"', '""'), "units"),
}


@pytest.mark.parametrize("what", BAD_SEEDS)
def test_a_bad_seed_file_is_refused_with_the_place(what: str, tmp_path: Path) -> None:
    text, named = BAD_SEEDS[what]
    path = tmp_path / "town.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SeedError) as refused:
        read_seed(path)
    assert str(refused.value).startswith("town.toml: ")
    assert named in str(refused.value)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "nothing.toml", tmp_path / "binary.toml", tmp_path):
        with pytest.raises(SeedError):
            read_seed(path)


def test_good_seed_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text(GOOD, "utf-8")
    assert [unit.id for unit in read_seed(tmp_path / "town.toml").units] == ["city", "roads"]
    assert len(read_seed(SEED).units) > 10


def test_office_hours_are_the_units_own(tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_text(GOOD + 'opens = "08:30"\ncloses = "17:30"\n', "utf-8")
    assert [(unit.opens, unit.closes) for unit in read_seed(tmp_path / "town.toml").units] == [
        ("09:00", "18:00"),
        ("08:30", "17:30"),
    ]
    assert len({(unit.opens, unit.closes) for unit in read_seed(SEED).units}) > 2
