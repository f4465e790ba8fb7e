"""Injected services note every call, and say which methods learners' code may call."""

import pytest

from autograder.auth import FakeGateway, RecordingHasher, RecordingMailer


def test_the_hasher_counts_and_checks():
    hasher = RecordingHasher()
    first, second = hasher.hash("çay"), hasher.hash("çay")
    assert first != second
    assert hasher.verify(first, "çay")
    assert not hasher.verify(first, "kahve")
    assert (hasher.count("hash"), hasher.count("verify")) == (2, 2)


@pytest.mark.parametrize("stored", ["", "plain", "a$b", "a$b$c$d", None])
def test_a_text_that_is_no_hash_fits_no_password(stored):
    assert not RecordingHasher().verify(stored, "")


def test_hashes_of_another_kind_want_a_rehash():
    hasher = RecordingHasher()
    assert hasher.needs_rehash("sha256$salt$00")
    assert not hasher.needs_rehash(hasher.hash("x"))


def test_the_mailer_keeps_mails_in_order():
    mailer = RecordingMailer()
    mailer.send("a@hopline.test", "Hi", "1")
    mailer.send("b@hopline.test", "Hi", "2")
    assert [mail.text for mail in mailer.mails] == ["1", "2"]
    assert [mail.text for mail in mailer.to("b@hopline.test")] == ["2"]


def test_the_gateway_charges_once_for_each_key():
    gateway = FakeGateway([ConnectionError("lost"), None])
    with pytest.raises(ConnectionError):
        gateway.charge(500, "k1")
    assert gateway.charge(500, "k1") == gateway.charge(500, "k1") == "pay_1"
    assert gateway.charge(500, "k2") == "pay_2"
    assert (len(gateway.tries), gateway.charges) == (4, {"k1": 500, "k2": 500})
    with pytest.raises(ValueError, match="another amount"):
        gateway.charge(501, "k1")


@pytest.mark.parametrize("service", [RecordingHasher, RecordingMailer, FakeGateway])
def test_what_may_be_called_from_the_other_side_exists(service):
    assert all(callable(getattr(service, name)) for name in service.__offered__)
