"""Pseudonyms: keyed, stable, and never without a good key."""

import hashlib
import hmac
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from custintel_analytics import privacy
from custintel_analytics.errors import DataError
from custintel_analytics.privacy import key_path, pseudonymise

KEY = "a secret of enough bytes"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.delenv(privacy.KEY_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))


def test_it_is_the_first_half_of_hmac_sha256():
    expected = hmac.new(KEY.encode(), b"17850", hashlib.sha256).hexdigest()[:32]
    assert pseudonymise([17850], KEY) == [expected]
    assert pseudonymise(["17850", 17850.0, np.int64(17850), np.float64(17850)], KEY) == [expected] * 4


def test_rfc_4231_vector():
    # Test case 6 of RFC 4231: key of 131 bytes 0xaa.
    text = "Test Using Larger Than Block-Size Key - Hash Key First"
    assert pseudonymise([text], b"\xaa" * 131) == ["60e431591ee0b67f0d8a26aacbf5b77f"]


def test_missing_ids_stay_missing():
    assert pseudonymise([None, float("nan")], KEY) == [None, None]
    assert pseudonymise([], KEY) == []


def test_pseudonyms_differ_by_id_and_by_key():
    ids = pseudonymise(range(10_000), KEY)
    assert len(set(ids)) == 10_000
    assert not set(ids) & set(pseudonymise(range(10_000), KEY + "!"))


def test_the_environment_may_hold_the_key(monkeypatch):
    monkeypatch.setenv(privacy.KEY_VARIABLE, KEY)
    assert pseudonymise([1]) == pseudonymise([1], KEY)
    assert not key_path().exists()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_key_is_made_once_for_this_user_alone():
    first = pseudonymise([1, 2])
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600
    assert [file.name for file in key_path().parent.iterdir()] == [key_path().name]
    assert len(key_path().read_text()) == 64
    assert pseudonymise([1, 2]) == first
    key_path().unlink()
    assert pseudonymise([1, 2]) != first


def test_many_at_once_make_one_key():
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: pseudonymise([1])[0], range(32)))
    assert len(found) == 1
    assert [file.name for file in key_path().parent.iterdir()] == [key_path().name]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_key_that_others_can_read_is_refused():
    pseudonymise([1])
    key_path().chmod(0o640)
    with pytest.raises(DataError, match="can be read by others"):
        pseudonymise([1])


def test_a_short_key_is_refused(monkeypatch):
    with pytest.raises(DataError, match="key has 5 bytes; a key needs at least 16"):
        pseudonymise([1], "short")
    monkeypatch.setenv(privacy.KEY_VARIABLE, "")
    with pytest.raises(DataError, match="CUSTINTEL_KEY has 0 bytes"):
        pseudonymise([1])
