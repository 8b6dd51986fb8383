"""Heads are countersigned outside, and a log that was rewritten is refused."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from evidence_world import Place, TimeStamps, WitnessServer, add_alarm, attest_now, given_place, until
from sqlalchemy import text

from evidence.core.keys import WITNESS_KIND, Signer
from evidence.core.notes import Head, sign_head
from evidence.log.heads import newest
from evidence.witness.client import RefusedError
from evidence.witness.keeper import HeadKeeper
from evidence.witness.parties import PartyError, authority_of, witnesses_of
from evidence.witness.timestamp import TimestampError, check_token
from store.models import Lift
from store.session import read_scope, session_scope

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.witness.attesting import Standing


def now() -> datetime:
    return datetime.now(UTC)


def key(place: Place) -> str:
    return str(place.ring.signer(now()).verifier)


def another_alarm(place: Place) -> None:
    with session_scope(place.engine) as session:
        add_alarm(session, session.get_one(Lift, 3), now(), int(now().timestamp() * 1000) % 10**9, None)


def test_a_head_is_countersigned_and_so_is_the_one_after_it(place: Place, witness: WitnessServer) -> None:
    watched = given_place(place.settings.home, evidence_witnesses=witness.setting)
    witness.start([key(watched)])
    attest_now(watched)
    another_alarm(watched)
    watched.sign()
    attest_now(watched)
    report = watched.check()
    assert (report.findings, report.remarks) == ([], [])
    assert (report.countersignatures, report.witnessed_size) == (2, report.leaves)


def test_a_rewritten_log_is_refused_by_who_has_seen_the_other_one(place: Place, witness: WitnessServer) -> None:
    watched = given_place(place.settings.home, evidence_witnesses=witness.setting)
    witness.start([key(watched)])
    attest_now(watched)
    watched.tamper(
        'update log_leaves set hash = zeroblob(32) where "index" = 3', "delete from log_heads", "delete from log_tiles"
    )
    another_alarm(watched)
    watched.sign()
    with pytest.raises(RefusedError, match="does not go on"):
        attest_now(watched)
    assert any(
        one.trouble.value == "altered" and "supervisor has seen" in one.expected for one in watched.check().findings
    )


def test_a_witness_takes_no_head_of_strangers_of_the_future_or_of_another_key(
    place: Place, witness: WitnessServer
) -> None:
    signer = place.ring.signer(now())
    witness.start([str(signer.verifier)])

    def post(note: object, **more: object) -> httpx.Response:
        return httpx.post(f"{witness.url}/heads", json={"note": str(note), "old_size": 0, "proof": [], **more})

    stranger = Signer.new("log/stranger")
    assert post(sign_head(Head(stranger.name, 1, bytes(32), now()), stranger)).status_code == 403
    liar = Signer.new(signer.name)
    assert post(sign_head(Head(signer.name, 1, bytes(32), now()), liar)).status_code == 403
    future = sign_head(Head(signer.name, 1, bytes(32), now() + timedelta(hours=1)), signer)
    assert post(future).status_code == 422
    assert post("nonsense").status_code == 422
    good = sign_head(Head(signer.name, 1, bytes(32), now()), signer)
    assert post(good, extra=1).status_code == 400
    assert post(good).status_code == 200
    assert post(sign_head(Head(signer.name, 1, b"\1" * 32, now()), signer), old_size=1).status_code == 422
    assert post(sign_head(Head(signer.name, 2, b"\1" * 32, now()), signer)).json() == {"size": 1}
    assert httpx.post(f"{witness.url}/heads", content=b"x" * 300_000).status_code == 413
    assert httpx.get(f"{witness.url}/heads", params={"origin": "log/stranger"}).status_code == 404


def test_a_witness_follows_a_key_that_was_handed_over(place: Place, witness: WitnessServer) -> None:
    watched = given_place(place.settings.home, evidence_witnesses=witness.setting)
    witness.start([key(watched)])
    watched.ring.rotate(now())
    watched.sign()
    attest_now(watched)
    watched.ring.rotate(now())
    another_alarm(watched)
    watched.sign()
    attest_now(watched)
    assert watched.check().findings == []
    assert len(list(watched.settings.secrets_dir.glob("evidence-key-*"))) == 1


def test_the_keeper_signs_at_a_closing_and_catches_up_with_a_witness_that_was_away(
    place: Place, witness: WitnessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evidence.witness.attesting.RETRY_FIRST_S", 0.2)
    monkeypatch.setattr("evidence.witness.keeper.POLL_S", 0.1)
    watched = given_place(place.settings.home, evidence_witnesses=witness.setting, evidence_head_every_s=3600)
    trusted = [key(watched)]

    async def scene() -> None:
        keeper = HeadKeeper(watched.engine, watched.settings)
        standing: Standing = keeper.standings["supervisor"]
        running = asyncio.create_task(keeper.run())
        try:
            await asyncio.to_thread(until, lambda: keeper.heads == 1 and standing.failures, 20, "the first failure")
            assert "ConnectError" in standing.error
            await asyncio.to_thread(another_alarm, watched)
            await asyncio.to_thread(until, lambda: keeper.heads == 2, 20, "the head of a closing")
            await asyncio.to_thread(witness.start, trusted)
            await asyncio.to_thread(until, lambda: standing.size == keeper.log_size, 20, "catching up")
            assert (standing.error, keeper.behind, keeper.refused, keeper.error) == ("", 0, 0, "")
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scene())
    assert watched.check().witnessed_size == watched.check().leaves


def test_a_time_stamp_is_over_its_head_and_by_an_authority_below_the_root(
    place: Place, authority: TimeStamps, tmp_path: Path
) -> None:
    stamped = given_place(
        place.settings.home, evidence_timestamp_url=authority.url, evidence_timestamp_roots=authority.roots
    )
    attest_now(stamped)
    report = stamped.check()
    assert (report.findings, report.countersignatures) == ([], 1)
    with read_scope(stamped.engine) as session:
        head = newest(session)
        assert head is not None
        token = base64.b64decode(session.execute(text("select content from log_witnessings")).scalar_one())
        body = head.note.partition("\n\n")[0] + "\n"
    assert abs(check_token(token, body.encode(), authority.roots) - now()) < timedelta(minutes=1)
    other = TimeStamps(tmp_path)
    other.start()
    other.stop()
    for data, text_, roots in (
        (token, body + "x", authority.roots),
        (token, body, other.roots),
        (token[:-20] + bytes(20), body, authority.roots),
        (b"nonsense", body, authority.roots),
    ):
        with pytest.raises(TimestampError):
            check_token(data, text_.encode(), roots)
    stamped.tamper("update log_witnessings set content = substr(content, 1, length(content) - 40) || content")
    assert [trouble for trouble, _ in stamped.found()] == ["forged"]


def test_witnesses_that_are_not_well_written_show_and_stop_nothing(place: Place) -> None:
    good = Signer.new("centre", WITNESS_KIND).verifier
    for setting in ("https://a#nonsense", f"http://example.org#{good}", f"https://a#{Signer.new('x').verifier}"):
        wrong = given_place(place.settings.home, evidence_witnesses=setting)
        with pytest.raises(PartyError):
            witnesses_of(wrong.settings)
        keeper = HeadKeeper(wrong.engine, wrong.settings)
        assert (keeper.parties, "LIFTLINE_EVIDENCE_WITNESSES" in keeper.error) == ([], True)
        wrong.engine.dispose()
    assert authority_of(place.settings) is None
