"""Announcements that name a lift: spelled from parts at once, rendered when there is time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ivr import audio, speech
from ivr.announce import outdated, ready, spelled, target
from ivr.announce_process import Renderer, RenderError
from ivr.announce_queue import AnnounceQueue
from ivr.wording import Place

if TYPE_CHECKING:
    from pathlib import Path

SUNSHINE = Place(community="阳光小区", building="3", unit="1", car="2", rescue_no="123456")
CODE = "31103301002020050001"

needs_speech = pytest.mark.skipif(not speech.available(), reason="the extra `speech` is not installed")


def nothing(device_code: str, path: Path) -> None:
    """Nobody waits for it."""


def test_without_speech_a_lift_is_spelled_from_parts_that_exist() -> None:
    names = [path.name for path in spelled("123056")]
    digits = ["digit-1", "digit-2", "digit-3", "digit-0", "digit-5", "digit-6"]
    assert names == ["alarm-intro", "button-pressed", "rescue-number-is", *digits, "again", *digits]
    assert all(path.is_absolute() and path.with_suffix(".wav").is_file() for path in spelled("0123456789"))


@pytest.mark.parametrize("rescue_no", ["", "12a456", "../../x", "１２３４５６"])
def test_a_code_that_is_none_is_not_spelled(rescue_no: str) -> None:
    assert [path.name for path in spelled(rescue_no)] == ["alarm-intro", "button-pressed"]


def test_a_changed_text_is_another_file_and_the_old_one_is_outdated(tmp_path: Path) -> None:
    old = target(tmp_path, CODE, SUNSHINE)
    old.touch()
    other_lift = target(tmp_path, f"{CODE}-1", SUNSHINE)
    other_lift.touch()
    moved = Place(community="月光小区", rescue_no="123456")
    assert ready(tmp_path, CODE, SUNSHINE) == old.with_suffix("")
    assert ready(tmp_path, CODE, moved) is None
    assert outdated(tmp_path, CODE, moved) == [old]
    assert outdated(tmp_path, CODE, SUNSHINE) == []


@pytest.mark.parametrize("device_code", ["", "../etc/passwd", "a b", "x" * 65, "电梯"])
def test_a_device_code_never_leaves_the_folder(tmp_path: Path, device_code: str) -> None:
    with pytest.raises(ValueError, match="not a device code"):
        target(tmp_path, device_code, SUNSHINE)


def test_a_full_queue_takes_no_more_and_a_waiting_lift_keeps_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "available", lambda: True)
    release = threading.Event()
    monkeypatch.setattr(Renderer, "render", lambda *_: release.wait(10))
    queue = AnnounceQueue(tmp_path, nothing, limit=2)
    try:
        for number in range(20):
            queue.submit(str(number), SUNSHINE)
        assert queue.pending <= 2
        queue.submit("1", Place(name="东梯"))
        assert queue.pending <= 2
    finally:
        release.set()
        queue.close()


def test_without_the_extra_nothing_is_queued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "available", lambda: False)
    queue = AnnounceQueue(tmp_path, nothing)
    assert queue.submit(CODE, SUNSHINE) is None
    assert queue.pending == 0
    queue.close()


@needs_speech
def test_a_lift_is_announced_by_name_and_found_again_after_a_restart(tmp_path: Path) -> None:
    done: dict[str, Path] = {}
    finished = threading.Event()

    def on_ready(device_code: str, path: Path) -> None:
        done[device_code] = path
        finished.set()

    queue = AnnounceQueue(tmp_path, on_ready)
    assert queue.submit(CODE, SUNSHINE) is None
    assert finished.wait(100)
    queue.close()
    samples = audio.read(done[CODE].with_suffix(".wav"))
    assert 8 < len(samples) / audio.RATE < 16
    assert audio.speech_level(samples) == pytest.approx(-20, abs=1)
    assert audio.longest_silence(samples) < 1.2
    again = AnnounceQueue(tmp_path, nothing)
    assert again.submit(CODE, SUNSHINE) == done[CODE]
    again.close()


@needs_speech
def test_a_text_that_cannot_be_spoken_is_one_error_and_the_next_is_spoken(tmp_path: Path) -> None:
    renderer = Renderer(100)
    try:
        with pytest.raises(RenderError, match="digits must be written out"):
            renderer.render(tmp_path / "a.wav", "3号楼")
        renderer.render(tmp_path / "b.wav", "三号楼。")
    finally:
        renderer.stop()
    assert [file.name for file in tmp_path.iterdir()] == ["b.wav"]


@needs_speech
def test_a_speaking_process_that_rested_or_died_is_started_again(tmp_path: Path) -> None:
    renderer = Renderer(100)
    try:
        renderer.render(tmp_path / "a.wav", "三号楼。")
        renderer.rest()
        renderer.render(tmp_path / "b.wav", "三号楼。")
        assert renderer._process is not None
        renderer._process.kill()
        renderer._process.wait()
        renderer.render(tmp_path / "c.wav", "三号楼。")
    finally:
        renderer.stop()
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "c.wav").read_bytes()


@needs_speech
def test_a_rendering_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    renderer = Renderer(0.01)
    with pytest.raises(RenderError, match=r"no result within 0\.01 s"):
        renderer.render(tmp_path / "a.wav", "三号楼。")
    renderer.stop()
    with pytest.raises(RenderError, match="stopped"):
        renderer.render(tmp_path / "a.wav", "三号楼。")
