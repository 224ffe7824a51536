"""`/widget.js` and what it needs to know: the chat for other websites. Public, and the same for everybody."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from gateway.api.access import runtime_of
from gateway.api.pages import direction
from gateway.runtime import Runtime

router = APIRouter()

WIDGET = Path(__file__).resolve().parents[2] / "channels" / "web" / "widget"
#: Any site may load it; what it may do there is decided where it asks for something.
_PUBLIC = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
}
#: What the widget says; it fills in by itself what depends on the conversation.
WORDS = (
    "widget_answers", "widget_away", "widget_close", "widget_earlier", "widget_field", "widget_greeting",
    "widget_hint", "widget_later", "widget_leave", "widget_messages", "widget_offline", "widget_open",
    "widget_person", "widget_placeholder", "widget_receipt_cancel", "widget_receipt_copied",
    "widget_receipt_copy", "widget_receipt_ends", "widget_receipt_from", "widget_receipt_not_copied",
    "widget_receipt_number", "widget_receipt_open", "widget_receipt_other", "widget_receipt_print",
    "widget_receipt_received", "widget_receipt_undo", "widget_refused", "widget_send", "widget_sending",
    "widget_slow", "widget_staff", "widget_them", "widget_try_cancel", "widget_try_end", "widget_unread_many",
    "widget_unread_one", "widget_unsent", "widget_writing", "widget_you",
)  # fmt: skip
_FILLED_IN = {name: f"{{{name}}}" for name in ("count", "plan", "seconds")}


@dataclass(frozen=True, slots=True)
class Script:
    """The widget's one file, and its digest for `integrity` (W3C Subresource Integrity)."""

    content: bytes
    integrity: str


@cache
def script() -> Script:
    """The file as it is at the first call: it is part of the installation, as the code is."""
    content = (WIDGET / "widget.js").read_bytes()
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    return Script(content, f"sha384-{digest}")


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    """The script. A browser that has it is told so."""
    found = script()
    headers = {**_PUBLIC, "ETag": f'"{found.integrity}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type="text/javascript; charset=utf-8", headers=headers)


@router.get("/widget.d.ts")
async def types() -> Response:
    """What TypeScript has to know about it."""
    content = (WIDGET / "widget.d.ts").read_bytes()
    return Response(content, media_type="text/plain; charset=utf-8", headers=_PUBLIC)


@router.get("/chat/widget")
async def configuration(request: Request) -> JSONResponse:
    """Words, look and addresses, in the language that is nearest to `locale`."""
    runtime = runtime_of(request)
    wanted = request.query_params.get("locale") or request.headers.get("accept-language")
    language = runtime.deps.wording.locale(wanted)
    settings = runtime.settings
    return JSONResponse(
        {
            "company": runtime.deps.company,
            "language": language,
            "dir": direction(language),
            "time_zone": settings.timezone,
            "leave": f"{settings.public_url}/leave?language={language}",
            "theme": {
                "accent": settings.widget_accent,
                "accent_dark": settings.widget_accent_dark,
                "radius": settings.widget_radius,
                "scheme": settings.widget_scheme,
                "side": settings.widget_side,
            },
            "words": _words(runtime, language),
        },
        headers={**_PUBLIC, "Vary": "Accept-Language"},
    )


def _words(runtime: Runtime, language: str) -> dict[str, str]:
    values = {**_FILLED_IN, "company": runtime.deps.company}
    return {name.removeprefix("widget_"): runtime.deps.wording.text(name, language, values) for name in WORDS}
