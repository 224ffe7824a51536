"""`fairwell widget`: the script tag that puts the chat on a website."""

from __future__ import annotations

import gzip
from typing import Annotated

import typer


def register(commands: typer.Typer) -> None:
    """Adds `widget`."""
    commands.command("widget")(widget)


def widget(
    locale: Annotated[str, typer.Option(help="The language of your page; without it the page says so.")] = "",
    *,
    pinned: Annotated[
        bool, typer.Option(help="With the script's digest: browsers run exactly this release of it.")
    ] = False,
) -> None:
    """Print the script tag for your website; its attributes are in docs/connect-website.md."""
    from bot.settings import load_settings
    from gateway.api.widget import script

    settings, found = load_settings(), script()
    attributes = [f'src="{settings.public_url}/widget.js"']
    if pinned:
        attributes += [f'integrity="{found.integrity}"', 'crossorigin="anonymous"']
    if locale:
        attributes.append(f'data-locale="{locale}"')
    typer.echo(f"<script async {' '.join(attributes)}></script>")
    size = len(gzip.compress(found.content, 9, mtime=0))
    typer.echo(f"{size} bytes gzipped; integrity {found.integrity}", err=True)
