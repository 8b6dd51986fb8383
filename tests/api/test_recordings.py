"""Listening to recordings: whole, in ranges, as FLAC, and the record of who did."""

from __future__ import annotations

import hashlib
import io

import pytest
import soundfile as sf
from api_world import OPEN_1, Api, problem_id


def recording(api: Api) -> dict[str, object]:
    found: dict[str, object] = (
        api.as_("centre").get("/api/v1/recordings", params={"incident": OPEN_1}).json()["items"][0]
    )
    return found


def audio(api: Api, who: str = "property1", **kwargs: object):  # noqa: ANN201
    return api.as_(who).get(f"/api/v1/recordings/{recording(api)['id']}/audio", **kwargs)


def test_the_whole_file_is_the_one_that_the_index_knows(api: Api) -> None:
    answer, row = audio(api), recording(api)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert hashlib.sha256(answer.content).hexdigest() == row["sha256"]
    assert answer.headers["etag"] == f'"{row["sha256"]}"'
    assert answer.headers["content-disposition"] == f'attachment; filename="{OPEN_1}-{row["id"]}.wav"'
    assert audio(api, params={"inline": True}).headers["content-disposition"].startswith("inline")
    assert "no-store" not in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=10-999999999", 10, None)],
)
def test_a_range_is_that_part_of_the_file(api: Api, wanted: str, start: int, end: int | None) -> None:
    whole = audio(api).content
    answer = audio(api, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (206, whole[start:end])
    first = len(whole) + start if start < 0 else start
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(whole)}"
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("wanted", ["bytes=9-5", "bytes=x-", "bytes=-", "pages=1-2", "bytes=0-1,5-6"])
def test_a_range_that_is_none_gives_the_whole_file(api: Api, wanted: str) -> None:
    assert audio(api, headers={"Range": wanted}).status_code == 200


def test_a_range_beyond_the_end_and_validators(api: Api) -> None:
    size = len(audio(api).content)
    beyond = audio(api, headers={"Range": f"bytes={size}-"})
    assert (problem_id(beyond), beyond.headers["content-range"]) == ("range-not-satisfiable", f"bytes */{size}")
    etag = audio(api).headers["etag"]
    assert audio(api, headers={"If-None-Match": etag}).status_code == 304
    assert audio(api, headers={"Range": "bytes=0-9", "If-Range": etag}).status_code == 206
    assert audio(api, headers={"Range": "bytes=0-9", "If-Range": '"older"'}).status_code == 200


def test_flac_holds_the_same_sound_in_less(api: Api) -> None:
    wav = audio(api)
    flac = audio(api, params={"format": "flac"})
    assert (flac.headers["content-type"], flac.headers["etag"] != wav.headers["etag"]) == ("audio/flac", True)
    assert len(flac.content) < len(wav.content)
    left, right = (sf.read(io.BytesIO(answer.content), dtype="int16")[0] for answer in (wav, flac))
    assert (left == right).all()
    assert audio(api, params={"format": "flac"}, headers={"Range": "bytes=0-3"}).content == b"fLaC"


def test_who_listened_is_in_the_timeline_once_for_one_listening(api: Api) -> None:
    def accesses() -> list[dict[str, object]]:
        nodes = api.as_("centre").get(f"/api/v1/incidents/{OPEN_1}/nodes").json()
        return [node for node in nodes if node["kind"] == "recording_accessed"]

    for part in range(5):
        audio(api, headers={"Range": f"bytes={part * 100}-{part * 100 + 99}"})
    assert len(accesses()) == 1
    assert accesses()[0]["user_id"] == api.as_("property1").get("/api/v1/auth/me").json()["id"]
    audio(api, "supervisor")
    assert len(accesses()) == 2
    api.clock.pass_(minutes=20)
    audio(api)
    assert len(accesses()) == 3
    api.as_("property2").get(f"/api/v1/recordings/{recording(api)['id']}/audio")
    assert len(accesses()) == 3


def test_a_missing_file_is_gone_and_an_altered_one_has_no_trusted_tag(api: Api) -> None:
    file = api.home / "recordings/2026/11/22/node1-1.1.wav"
    file.write_bytes(file.read_bytes()[:-100])
    assert audio(api).headers["etag"].startswith('"altered-')
    file.unlink()
    assert problem_id(audio(api)) == "file-missing"
    path = f"/api/v1/recordings/{recording(api)['id']}"
    assert api.as_("property1").get(path).status_code == 200
    assert problem_id(api.as_("property1").get(f"{path}/waveform")) == "file-missing"


def test_the_waveform_draws_both_channels(api: Api) -> None:
    found = (
        api.as_("property1").get(f"/api/v1/recordings/{recording(api)['id']}/waveform", params={"points": 100}).json()
    )
    assert len(found["passenger"]) == len(found["others"]) == 100
    assert max(found["passenger"]) > max(found["others"]) > 0.1
