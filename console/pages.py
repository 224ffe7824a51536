"""Pages of the console: templates, the policy they are shown under, and what every page shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.domain.staff import Permission
from console.guard import Visit, host_of

_HERE = Path(__file__).resolve().parent
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: Where there is no time to show.
_NONE = "-"
#: What the navigation shows, and who may go there.
_PLACES = (
    ("queue", "Queue", "/console/queue", Permission.READ),
    ("conversations", "Conversations", "/console/conversations", Permission.READ),
    ("canned", "Canned replies", "/console/canned", Permission.CONFIGURE),
    ("settings", "Settings", "/console/settings", Permission.CONFIGURE),
    ("staff", "Staff", "/console/staff", Permission.MANAGE_STAFF),
    ("audit", "Audit", "/console/audit", Permission.AUDIT),
)


class Pages:
    """Renders templates, and hands out exactly the files that are there at start."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        files = (path for path in (_HERE / "static").rglob("*") if path.suffix in _TYPES)
        self._files = {path.name: path for path in files}

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """As HTML."""
        return self._templates.get_template(template).render(values)

    def file(self, name: str) -> FileResponse | None:
        """A static file by its name."""
        path = self._files.get(name)
        if path is None:
            return None
        return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": "no-cache"})


def page(
    request: Request,
    template: str,
    values: Mapping[str, object],
    *,
    visit: Visit | None = None,
    status: int = 200,
) -> HTMLResponse:
    """A page under the console's policy; `visit` is whose it is."""
    host, pages = host_of(request), request.app.state.pages
    frame: dict[str, object] = {
        "company": host.deps.company,
        "visit": visit,
        "here": request.url.path,
        "places": [] if visit is None else [place for place in _PLACES if visit.may(place[3])],
        "may": {item.value: visit is not None and visit.may(item) for item in Permission},
        "when": lambda at: _when(request, at),
        "ago": lambda at: _ago(request, at),
    }
    return HTMLResponse(pages.render(template, {**frame, **values}), status, _headers())


def to(address: str) -> RedirectResponse:
    """After a form: the page that shows what came of it."""
    return RedirectResponse(address, 303)


def _headers() -> dict[str, str]:
    # Without any referrer browsers send `Origin: null` with a form, and who asks could not be told.
    return {"Content-Security-Policy": _POLICY, "Referrer-Policy": "same-origin"}


def _when(request: Request, at: datetime | None) -> str:
    """In the company's time zone: today's by the hour, others by the day as well."""
    if at is None:
        return _NONE
    deps = host_of(request).deps
    local, now = at.astimezone(deps.zone), deps.clock.now().astimezone(deps.zone)
    if local.date() == now.date():
        return local.strftime("%H:%M")
    return local.strftime("%-d %b %H:%M" if local.year == now.year else "%-d %b %Y")


def _ago(request: Request, at: datetime | None) -> str:
    """How long ago, in the largest unit that says enough."""
    if at is None:
        return _NONE
    gone = max(host_of(request).deps.clock.now() - at, timedelta(0))
    minutes = int(gone.total_seconds() // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
