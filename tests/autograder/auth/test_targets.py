"""Each weak verifier falls to its own attack and to no other, and says what was wrong with a token."""

import time

import pytest

from autograder.auth import captures, mint_token, weak_verifiers
from autograder.errors import CheckFailed


@pytest.fixture
def targets():
    return weak_verifiers()


def claims(public, **changes):
    made = {"iss": public["issuer"], "aud": public["audience"], "sub": public["admin"], "role": "admin"}
    return {**made, "exp": int(time.time()) + 300, **changes}


def unsigned(public):
    return mint_token({"alg": "None"}, claims(public), None)


def with_public_key(public):
    return mint_token({"alg": "HS256"}, claims(public), public.get("public_key", "").encode())


def with_empty_file(public):
    return mint_token({"alg": "HS256", "kid": "../../../dev/null"}, claims(public), b"")


def with_known_file(public):
    header = {"alg": "HS256", "kid": "/srv/hopline/public/robots.txt"}
    return mint_token(header, claims(public), public.get("robots_txt", "").encode())


ATTACKS = {unsigned: 0, with_public_key: 1, with_empty_file: 2, with_known_file: 2}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_works_on_its_verifier_alone(targets, attack):
    for number, target in enumerate(targets):
        if number == ATTACKS[attack]:
            captures(target, attack)
        else:
            with pytest.raises(CheckFailed, match="401 Refused"):
                captures(target, attack)


def test_a_riders_own_token_is_welcome_but_sees_no_flag(targets):
    for target in targets:
        assert target.answer(target.public["sample_token"]).startswith("403 Welcome, rider-")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": "rider"}, "403 Welcome"),
        ({"sub": "rider-1"}, "isn't an administrator"),
        ({"sub": 7}, "sub must be a text"),
        ({"exp": 1}, "in the future"),
        ({"exp": True}, "in the future"),
        ({"exp": None}, "in the future"),
        ({"exp": time.time() + 10**9}, "at most one day"),
        ({"aud": "hopline-api"}, "aud must be hopline-admin"),
        ({"iss": "https://auth.hopline.test/"}, "iss must be"),
    ],
)
def test_everything_but_the_fault_is_verified(targets, changes, said):
    first = targets[0]
    with pytest.raises(CheckFailed) as caught:
        captures(first, lambda public: mint_token({"alg": "none"}, claims(public, **changes), None))
    assert said in caught.value.message
    assert said in caught.value.advice
    assert first.flag not in caught.value.message


@pytest.mark.parametrize("token", [None, 7, "", "a.b", "a.b.c.d", "é.b.c", "W10.e30.", "!.e30.", "x" * 20_000])
def test_junk_is_refused_in_words(targets, token):
    assert targets[0].answer(token).startswith("401 Refused: ")


def test_asking_for_what_is_not_published_is_out_of_scope(targets):
    with pytest.raises(CheckFailed, match="which verifier 2 doesn't publish") as caught:
        captures(targets[1], lambda public: public["private_key"])
    assert caught.value.tag == "out-of-scope"
    assert "public_key" in caught.value.advice


def test_an_attack_that_stops_says_why_without_its_text(targets):
    def attack(public):
        raise TypeError(public["sample_token"])

    with pytest.raises(CheckFailed, match="stopped with TypeError") as caught:
        captures(targets[0], attack)
    assert targets[0].public["sample_token"] not in caught.value.advice


def test_the_stub_is_not_a_verdict(targets):
    def stub(public):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        captures(targets[0], stub)


def test_each_set_is_fresh_and_nothing_published_is_the_flag(targets):
    again = weak_verifiers()
    for one, other in zip(targets, again, strict=True):
        assert one.flag != other.flag
        assert one.public["admin"] != other.public["admin"]
        assert one.flag not in repr(one) + repr(one.public)


def test_an_attack_cannot_change_what_the_next_one_is_told(targets):
    def attack(public):
        public["admin"] = "rider-1"
        return unsigned(public)

    with pytest.raises(CheckFailed, match="isn't an administrator"):
        captures(targets[0], attack)
    captures(targets[0], unsigned)
