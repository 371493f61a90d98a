"""Messages on this disk: one file for each, whoever else used its key, and files of version 0.1 are taken up."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bot.inbound.spool import Spool
from handlers.messages import Channel, Incoming, Text

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


def said(openid: str, key: str = "m1") -> Incoming:
    return Incoming(key, Channel.WECHAT, openid, NOW, NOW, Text("路灯坏了"))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path / "spool")
    made.open()
    return made


def saved_by_old(spool: Spool, incoming: Incoming) -> Path:
    name = hashlib.sha256(f"{incoming.channel.value}\n{incoming.key}".encode()).hexdigest()
    path = spool._folder / f"{name}.json"
    path.write_bytes(msgspec.json.encode(incoming))
    return path


def test_one_key_of_two_senders_is_two_files(spool: Spool) -> None:
    spool.save(said("o1"))
    spool.save(said("o2"))
    assert {one.openid for one in spool.waiting()} == {"o1", "o2"}
    spool.drop(said("o1"))
    assert list(spool.waiting()) == [said("o2")]


def test_a_file_of_the_old_program_is_taken_up_and_dropped(spool: Spool) -> None:
    saved_by_old(spool, said("o1"))
    assert list(spool.waiting()) == [said("o1")]
    spool.drop(said("o1"))
    assert list(spool.waiting()) == []


def test_a_file_of_the_old_program_with_ones_key_is_not_dropped_for_somebody_else(spool: Spool) -> None:
    old = saved_by_old(spool, said("o2"))
    spool.save(said("o1"))
    spool.drop(said("o1"))
    assert list(spool.waiting()) == [said("o2")]
    old.write_bytes(b'{"key": \xff')
    spool.drop(said("o1"))
    assert old.exists()
