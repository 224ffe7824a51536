"""What an admin's browser shows after an install (pure): a heading and a sentence."""

from __future__ import annotations

import base64
import hashlib
from html import escape

_STYLE = """
:root { color-scheme: light dark; --paper: #FBFAF7; --surface: #FFFFFF; --ink: #1C2127; --line: #E4E1DA; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171A; --surface: #1C2024; --ink: #ECEAE4; --line: #2E343A; }
}
body { margin: 0; padding: 0 16px; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 32rem; margin: 15vh auto 0; padding: 32px; background: var(--surface);
  border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: 0 0 8px; font-size: 1.25rem; }
p { margin: 0; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

#: The page's own style and nothing else; it leaves no trace in caches and tells nobody its address.
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(title: str, text: str, language: str) -> str:
    """The page. It is made of our words only: nothing that came with the request is repeated."""
    return (
        "<!doctype html>\n"
        f'<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(text)}</p></main></body></html>\n"
    )
