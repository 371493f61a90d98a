"""The settings: the only place that reads the environment and `.env`. Each has a meaning and a default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.addresses import Network, networks
from bot.channels.wechat.crypto import AesKey
from bot.channels.wechat.push import WINDOW, Mode
from nlp.places.divisions import region_code
from storage.schema.engine import database_url


class Unusable(Exception):
    """A setting that cannot be used. The text is one line that names it."""


class Settings(BaseSettings):
    """All settings. In the environment their names are in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True
    )

    host: str = Field(default="127.0.0.1", description="监听地址；容器里用 0.0.0.0")
    port: int = Field(default=8080, ge=0, le=65535, description="监听端口")
    health_port: int = Field(
        default=0, ge=0, le=65535, description="worker、scheduler 单独运行时的健康检查与指标端口；0 为不开"
    )
    public_url: str = Field(
        default="", description="市民手机能打开的本站地址，如 https://ms.example.gov.cn；空则用监听地址"
    )
    data_dir: Path = Field(default=Path("var"), description="本机数据目录：SQLite、附件、应急存档")
    database_url: str = Field(default="", description="数据库；空为 data_dir 下的 SQLite，生产用 postgresql://…")
    redis_url: str = Field(default="", description="Redis 地址；空为单进程运行")
    sandbox: bool = Field(default=False, description="1 为开启沙盒演示；生产环境绝不开启")
    secret_key: str = Field(default="", description="本站密钥，至少 32 个字符；空则首次启动时生成并存入 data_dir")
    proxies: Annotated[int, Field(ge=0, le=5)] = Field(
        default=0, description="前面有几层可信反向代理（取客户端地址用）"
    )
    log_json: bool = Field(default=True, description="1 为每行一个 JSON 的日志，0 为便于阅读的日志")
    metrics_token: str = Field(default="", description="读取 /metrics 需要的令牌；空则只允许本机读取")
    answers_file: str = Field(
        default="",
        description="以往公开答复的 CSV（列 title、detail、reply、unit、date），市民咨询时先给这些；空为只用本站公开的答复",
    )
    home_region: str = Field(
        default="",
        description="本站服务的地区，如 湖南省长沙市：读得懂本地区县的简称，重名的地方先当作本地的；空为不限地区",
    )
    labelled_file: str = Field(
        default="",
        description="有标注的诉求 CSV（列 label、title、detail）：有了它，夜里按工作人员的改正重新训练分类；空为不训练",
    )

    policy_file: Path | None = Field(
        default=None,
        description="期限规定（TOML，样子见 `python -m bot policy show`）；空为程序自带的规定",
    )
    calendar_dir: Path | None = Field(
        default=None,
        description="放假调休安排的文件夹，每年一个文件，如 2027.toml；空为程序已知的安排",
    )

    wechat_app_id: str = Field(default="", description="公众号 AppID")
    wechat_app_secret: str = Field(default="", description="公众号 AppSecret")
    wechat_token: str = Field(default="", description="公众号服务器配置的 Token")
    wechat_aes_key: str = Field(default="", description="EncodingAESKey，43 个字符")
    wechat_aes_key_previous: str = Field(default="", description="更换前的 EncodingAESKey，过渡期内保留")
    wechat_mode: Mode = Field(default=Mode.SAFE, description="消息加解密方式：plain 明文、compat 兼容、safe 安全")
    wechat_callback_addresses: str = Field(
        default="",
        description="微信服务器的地址或网段，逗号分隔，如 101.226.103.0/24；别处来的推送一律 403。plain 模式必填（签名不管正文），其余模式空为不限",
    )
    wechat_timestamp_window: int = Field(
        default=WINDOW,
        ge=1,
        le=86400,
        description="推送（公众号和企业微信）的时间戳与本机时钟最多差几秒，超出的不收",
    )
    wechat_api_base: str = Field(default="https://api.weixin.qq.com", description="公众平台接口地址")
    wechat_template_progress: str = Field(default="", description="“办理进展”模板消息的模板 ID；空则不发模板消息")
    wechat_template_task: str = Field(default="", description="“新任务”模板消息的模板 ID")
    wechat_template_reminder: str = Field(default="", description="“提醒”模板消息的模板 ID")

    wecom_corp_id: str = Field(default="", description="企业微信 CorpID；空则不启用企业微信")
    wecom_agent_id: str = Field(default="", description="企业微信应用 AgentID")
    wecom_secret: str = Field(default="", description="企业微信应用 Secret")
    wecom_token: str = Field(default="", description="企业微信回调 Token")
    wecom_aes_key: str = Field(default="", description="企业微信回调 EncodingAESKey")
    wecom_api_base: str = Field(default="https://qyapi.weixin.qq.com", description="企业微信接口地址")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value:
            database_url(value)
        return value

    @field_validator("home_region")
    @classmethod
    def _known_region(cls, value: str) -> str:
        value = value.strip()
        region_code(value)
        return value

    @field_validator("wechat_aes_key", "wechat_aes_key_previous", "wecom_aes_key")
    @classmethod
    def _whole_key(cls, value: str) -> str:
        if value:
            AesKey(value)
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("needs at least 32 characters")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str) -> str:
        if not value:
            return value
        if not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        try:
            _ = urlsplit(value).port
        except ValueError:
            # What could not be read may be the password.
            raise ValueError("is not a Redis address") from None
        return value

    @field_validator("policy_file", "calendar_dir", mode="before")
    @classmethod
    def _perhaps(cls, value: object) -> object:
        return value or None

    @field_validator("wechat_callback_addresses")
    @classmethod
    def _known_networks(cls, value: str) -> str:
        networks(value)
        return value

    @field_validator("wecom_agent_id")
    @classmethod
    def _whole_number(cls, value: str) -> str:
        if value and not (value.isascii() and value.isdecimal()):
            raise ValueError("must be a number")
        return value

    @field_validator("public_url", "wechat_api_base", "wecom_api_base")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _whole_account(self) -> Self:
        if self.sandbox:
            return self
        wechat = {
            "WECHAT_APP_ID": self.wechat_app_id,
            "WECHAT_APP_SECRET": self.wechat_app_secret,
            "WECHAT_TOKEN": self.wechat_token,
        }
        if self.wechat_mode is not Mode.PLAIN:
            wechat["WECHAT_AES_KEY"] = self.wechat_aes_key
        wecom = {
            "WECOM_CORP_ID": self.wecom_corp_id,
            "WECOM_AGENT_ID": self.wecom_agent_id,
            "WECOM_SECRET": self.wecom_secret,
            "WECOM_TOKEN": self.wecom_token,
            "WECOM_AES_KEY": self.wecom_aes_key,
        }
        for account in (wechat, wecom):
            given = [name for name, value in account.items() if value]
            missing = [name for name, value in account.items() if not value]
            if given and missing:
                raise ValueError(f"{missing[0]}: is needed with {given[0]}")
        if self.wechat_token and self.wechat_mode is Mode.PLAIN and not self.callback_networks:
            raise ValueError(
                "WECHAT_CALLBACK_ADDRESSES: is needed with WECHAT_MODE=plain, whose signature does not cover the message"
            )
        return self

    @property
    def callback_networks(self) -> tuple[Network, ...]:
        """Networks that the official account's pushes may come from. Empty allows any."""
        return networks(self.wechat_callback_addresses)

    @property
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'minsheng.db'}"

    @property
    def learning_dir(self) -> Path:
        """Folder of the installation's own classifier and its log."""
        return self.data_dir / "learning"

    @property
    def site(self) -> str:
        """The service's public address without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"


def read_settings() -> Settings:
    """Returns the settings of this process. Raises `Unusable` with one line that names the first one that cannot be
    used.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        message = first["msg"].removeprefix("Value error, ")
        raise Unusable(f"{name}: {message}" if name else message) from None
