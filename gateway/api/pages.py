"""Templates and static files of the pages that are part of the product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.ports import Wording
from gateway import faults

PAGES = Path(__file__).resolve().parents[2] / "channels" / "web" / "pages"

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
# Nothing here ever makes markup from text, so that browsers may refuse whatever tries to.
_SCRIPT = "script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


class Labels(Mapping[str, str]):
    """The page's words in one language, looked up as the template asks for them."""

    def __init__(self, wording: Wording, language: str) -> None:
        self._wording = wording
        self._language = language

    def __getitem__(self, name: str) -> str:
        """Raises `KeyError` for words that are not there."""
        return self._wording.text(name, self._language, {})

    def __iter__(self) -> Iterator[str]:
        """None: they are only ever asked for by name."""
        return iter(())

    def __len__(self) -> int:
        """None: see `__iter__`."""
        return 0


def direction(language: str) -> str:
    """Which way a language is written, as HTML's `dir` has it."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def in_language(wording: Wording, language: str) -> dict[str, object]:
    """What every page needs to be in a language: its tag, its direction, its words."""
    return {"language": language, "dir": direction(language), "labels": Labels(wording, language)}


class Pages:
    """Renders templates, and hands out exactly the files that are there at start."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(PAGES / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
        )
        self._files = {path.name: path for path in (PAGES / "static").iterdir() if path.suffix in _TYPES}

    def page(
        self,
        template: str,
        values: Mapping[str, object],
        status: int = 200,
        *,
        script: bool = False,
        forms: bool = False,
    ) -> HTMLResponse:
        """A page, with the policy it needs and no more: scripts, or forms, of our own where it says so."""
        html = self._templates.get_template(template).render(values)
        posts = "form-action 'self'" if forms else "form-action 'none'"
        policy = [_POLICY, posts, *([_SCRIPT] if script else [])]
        headers = {"Content-Security-Policy": "; ".join(policy)}
        if forms:
            # Without any referrer browsers send `Origin: null` with a form, and who asks could not be told.
            headers["Referrer-Policy"] = "same-origin"
        return HTMLResponse(html, status, headers)

    def file(self, name: str) -> FileResponse | None:
        """A static file by its name."""
        path = self._files.get(name)
        if path is None:
            return None
        return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})


def file_or_404(pages: Pages, name: str) -> FileResponse:
    """A static file. Raises `ApiError` 404."""
    found = pages.file(name)
    if found is None:
        raise faults.ApiError(404, "not_found", "There is no such file.")
    return found
