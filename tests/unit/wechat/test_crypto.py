"""The AES envelope against wechatpy's, and against everything that is not one."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto
from wechatpy.crypto import WeChatCrypto as TheirCrypto
from wechatpy.utils import check_signature
from wechatpy.work.crypto import WeChatCrypto as TheirWorkCrypto

from bot.channels.wechat.crypto import AesKey, CryptoError, decrypt_with, sign, signed
from bot.channels.wechat.push import read_encrypted_url_check, read_push
from tests.support.wechat_pushes import APP_ID, KEY, KEY_TEXT, OLD_KEY, RANDOMNESS, SAFE, TEXT, TOKEN, enveloped, query

RAW_KEY = base64.b64decode(KEY_TEXT + "=")
MESSAGES = st.text(st.characters(codec="utf-8"), max_size=300)


@pytest.mark.judge("wechatpy's AES envelope and signatures")
@given(MESSAGES)
def test_wechatpy_opens_what_we_seal(message: str) -> None:
    assert PrpCrypto(RAW_KEY).decrypt(KEY.encrypt(message.encode(), APP_ID.encode(), RANDOMNESS), APP_ID) == message


@pytest.mark.judge("wechatpy's AES envelope and signatures")
@given(MESSAGES)
def test_we_open_what_wechatpy_seals(message: str) -> None:
    assert KEY.decrypt(PrpCrypto(RAW_KEY).encrypt(message, APP_ID).decode(), APP_ID.encode()).decode() == message


@pytest.mark.judge("wechatpy's AES envelope and signatures")
@pytest.mark.parametrize("theirs", [TheirCrypto, TheirWorkCrypto])
def test_we_read_a_push_that_wechatpy_made(theirs: type[TheirCrypto]) -> None:
    body = theirs(TOKEN, KEY_TEXT, APP_ID).encrypt_message(TEXT.decode(), "558234", "1772337901").encode()
    envelope = body.decode().split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    opened = read_push(SAFE, query("msg_signature", envelope), body)
    assert opened.fields["Content"] == "巷口的井盖松了"
    assert opened.key is KEY


@pytest.mark.judge("wechatpy's AES envelope and signatures")
def test_wechatpy_accepts_our_signatures() -> None:
    asked = query("signature")
    check_signature(TOKEN, asked["signature"], asked["timestamp"], asked["nonce"])
    envelope = KEY.encrypt(TEXT, APP_ID.encode(), RANDOMNESS)
    asked = query("msg_signature", envelope)
    theirs = TheirWorkCrypto(TOKEN, KEY_TEXT, APP_ID)
    plain = theirs.decrypt_message(enveloped(envelope), asked["msg_signature"], asked["timestamp"], asked["nonce"])
    assert plain.encode() == TEXT


@pytest.mark.judge("wechatpy's AES envelope and signatures")
def test_wecom_echo_agrees_with_wechatpy() -> None:
    echo = KEY.encrypt(b"20260301", APP_ID.encode(), RANDOMNESS)
    asked = query("msg_signature", echo)
    theirs = TheirWorkCrypto(TOKEN, KEY_TEXT, APP_ID)
    expected = theirs.check_signature(asked["msg_signature"], asked["timestamp"], asked["nonce"], echo)
    assert read_encrypted_url_check(SAFE, asked | {"echostr": echo}) == expected == "20260301"


def test_the_key_that_opened_is_remembered() -> None:
    for key in (KEY, OLD_KEY):
        sealed = key.encrypt(b"m", b"id", RANDOMNESS)
        assert decrypt_with((KEY, OLD_KEY), sealed, b"id") == (b"m", key)
    with pytest.raises(CryptoError):
        decrypt_with((KEY,), OLD_KEY.encrypt(b"m", b"id", RANDOMNESS), b"id")
    with pytest.raises(CryptoError):
        decrypt_with((), "", b"id")


@pytest.mark.parametrize("receive_id", [b"", b"wx00000000000000ab", b"wx00000000000000aaa", b"00000000000000aa"])
def test_a_message_for_another_account_is_refused(receive_id: bytes) -> None:
    with pytest.raises(CryptoError):
        KEY.decrypt(KEY.encrypt(b"m", receive_id, RANDOMNESS), APP_ID.encode())


def sealed_raw(plain: bytes) -> str:
    sealer = Cipher(AES(RAW_KEY), CBC(RAW_KEY[:16])).encryptor()
    return base64.b64encode(sealer.update(plain) + sealer.finalize()).decode()


PLAIN = RANDOMNESS + (1).to_bytes(4, "big") + b"m" + b"id"
DAMAGED = {
    "empty": "",
    "not base64": "***",
    "not ascii": "密文",
    "half a block": base64.b64encode(b"1234567").decode(),
    "base64 with trailing rubbish": KEY.encrypt(b"m", b"id", RANDOMNESS) + "AAAA",
    "no padding": sealed_raw(bytes(32)),
    "padding of 33": sealed_raw(PLAIN + b"\x21" * 41),
    "padding of two kinds": sealed_raw(PLAIN + b"\x08" + b"\x09" * 8),
    "nothing but padding": sealed_raw(b"\x20" * 32),
    "shorter than its head": sealed_raw(b"x" * 8 + b"\x08" * 8),
    "length beyond the end": sealed_raw(RANDOMNESS + b"\xff\xff\xff\xff" + b"mid" + b"\x09" * 9),
    "lone surrogate": "\ud800",
}


@pytest.mark.parametrize("receive_id", [b"id", b""])
@pytest.mark.parametrize("sealed", DAMAGED.values(), ids=DAMAGED)
def test_damage_is_one_kind_of_error(sealed: str, receive_id: bytes) -> None:
    with pytest.raises(CryptoError):
        KEY.decrypt(sealed, receive_id)


@given(st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()) | st.text(max_size=100))
def test_arbitrary_text_is_one_kind_of_error(sealed: str) -> None:
    with pytest.raises(CryptoError):
        KEY.decrypt(sealed, b"id")


@given(st.integers(0, 70))
def test_padding_always_fills_blocks_of_32(size: int) -> None:
    sealed = KEY.encrypt(b"m" * size, b"id", RANDOMNESS)
    assert len(base64.b64decode(sealed)) % 32 == 0
    assert KEY.decrypt(sealed, b"id") == b"m" * size


@pytest.mark.parametrize("text", ["", KEY_TEXT[:-1], KEY_TEXT + "A", KEY_TEXT[:-1] + "=", KEY_TEXT + "\n", "键" * 43])
def test_an_unusable_key_is_named_but_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey") as error:
        AesKey(text)
    assert not text or text not in str(error.value)


def test_randomness_has_one_size() -> None:
    with pytest.raises(ValueError, match="16"):
        KEY.encrypt(b"m", b"id", b"short")


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4))
def test_no_text_makes_a_signature_raise(signature: str, parts: list[str]) -> None:
    assert signed(signature, *parts) is (signature == sign(*parts))


def test_secrets_are_not_shown() -> None:
    for shown in (repr(SAFE), str(SAFE), repr(KEY)):
        assert TOKEN not in shown
        assert KEY_TEXT not in shown
