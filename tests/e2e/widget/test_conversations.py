"""Every conversation of the product in the chat on a website, in both languages, in a real browser."""

from __future__ import annotations

import pytest

from tests.e2e.channels.dialogue import Dialogue
from tests.e2e.channels.scripts import SCRIPTS, Say, Script
from tests.e2e.instance import Instance
from tests.e2e.widget.conftest import Visits

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
@pytest.mark.parametrize("language", ["en", "de"])
def test_in_the_chat(
    visits: Visits, fairwell: Instance, complaints: list[str], language: str, script: Script
) -> None:
    """Signed in by the site's own server, or not; nothing the browser has to complain about."""
    visitor = visits(script.customer, f'data-locale="{language}"')
    dialogue = Dialogue(fairwell, visitor, language)
    for step in script.steps:
        if isinstance(step.act, Say):
            heard = dialogue.say(step.act.en if language == "en" else step.act.de)
        else:
            heard = dialogue.press(step.act.name, **step.act.values)
        dialogue.expect(heard, step.heard)
    assert complaints == []
