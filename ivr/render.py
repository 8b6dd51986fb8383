"""`python -m ivr.render`: render the prompts whose file is missing or speaks an older text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.progress import track

from ivr import audio, manifest, speech, tones
from ivr.catalogue import Kind, Prompt, prompts
from ivr.recipe import BETWEEN_LANGUAGES, LAYOUTS, texts

if TYPE_CHECKING:
    from ivr.audio import Samples

_BACKGROUND = 15  # nice level: rendering may run on a machine that carries alarms


def rendered(prompt: Prompt) -> Samples:
    """The whole sound of a prompt, pauses included.

    Raises:
        ivr.speech.engine.SpeechError: a text cannot be spoken.
    """
    layout = LAYOUTS[prompt.kind]
    clips = [audio.silence(layout.before)]
    if prompt.lead:
        clips += [tones.tone(prompts()[prompt.lead].notes), audio.silence(BETWEEN_LANGUAGES)]
    if prompt.notes:
        clips += [tones.tone(prompt.notes)]
    for number, (language, text) in enumerate(texts(prompt)):
        clips += [audio.silence(BETWEEN_LANGUAGES)] * bool(number) + [_spoken(prompt.kind, text, language)]
    return np.concatenate([*clips, audio.silence(layout.after)])


def _spoken(kind: Kind, text: str, language: str) -> Samples:
    from ivr.speech import speaker, syllable  # noqa: PLC0415 - heavy, and absent without the extra

    speed = LAYOUTS[kind].speed
    return syllable.speak_syllable(text, speed) if kind is Kind.DIGIT else speaker.speak(text, language, speed)


def main(
    *,
    check: Annotated[bool, typer.Option(help="Render nothing; fail when something is stale.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Render every prompt again.")] = False,
) -> None:
    """Render missing or changed prompts into `ivr/sounds/`."""
    due = list(prompts().values()) if everything else manifest.stale()
    lost = manifest.orphans()
    if check:
        for name in [prompt.id for prompt in due] + [file.name for file in lost]:
            typer.echo(f"stale: {name}")
        raise typer.Exit(code=1 if due or lost else 0)
    if any(texts(prompt) for prompt in due) and not speech.available():
        typer.echo("Speech synthesis is not installed: pip install 'liftline[speech]'", err=True)
        raise typer.Exit(code=2)
    os.nice(_BACKGROUND)
    for prompt in track(due, description="Rendering prompts"):
        audio.write(manifest.path(prompt.id), rendered(prompt))
        manifest.record(prompt)
    for file in lost:
        file.unlink()
    typer.echo(f"{len(due)} rendered, {len(lost)} removed, {len(prompts())} in all")


if __name__ == "__main__":
    typer.run(main)
