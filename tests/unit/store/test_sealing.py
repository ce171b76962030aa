"""Secrets at rest: what was sealed opens in its own place, by its own key, unchanged, and nowhere else."""

import base64
import os
from pathlib import Path

import pytest

from pilothouse.store.sealing import Sealing, Unopenable, key_in, key_of

KEY = bytes(range(32))


def sealing(key: bytes = KEY) -> Sealing:
    return Sealing(lambda: key)


def test_what_was_sealed_opens_again() -> None:
    sealed = sealing().seal("sk-secret 密钥", "project")
    assert "secret" not in sealed
    assert sealing().open(sealed, "project") == "sk-secret 密钥"
    assert sealing().seal("sk-secret 密钥", "project") != sealed


@pytest.mark.parametrize("wrong", ["", "v1.", "v1.AAAA", "nonsense", "v1.%%%"])
def test_what_was_not_sealed_does_not_open(wrong: str) -> None:
    with pytest.raises(Unopenable):
        sealing().open(wrong, "project")


def test_it_does_not_open_elsewhere_nor_by_another_key_nor_changed() -> None:
    sealed = sealing().seal("secret", "project")
    raw = bytearray(base64.b64decode(sealed.removeprefix("v1.")))
    raw[-1] ^= 1
    changed = "v1." + base64.b64encode(raw).decode()
    for keyed, text, place in (
        (sealing(), sealed, "other"),
        (sealing(os.urandom(32)), sealed, "project"),
        (sealing(), changed, "project"),
    ):
        with pytest.raises(Unopenable):
            keyed.open(text, place)


def test_a_key_is_told_in_base64_or_hexadecimal() -> None:
    assert key_of(base64.b64encode(KEY).decode()) == KEY
    assert key_of(KEY.hex()) == KEY
    for wrong in ("short", base64.b64encode(b"16 bytes, no more").decode(), "z" * 64):
        with pytest.raises(ValueError, match="PILOTHOUSE_ENCRYPTION_KEY"):
            key_of(wrong)


def test_the_key_of_the_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "encryption.key"
    made = key_in(file)
    assert key_in(file) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["encryption.key"]
