"""`python -m bench.widget`: what the chat costs a page that loads it, beside the same page without it.

Needs a running demo (`make run`) and Chromium. Measured at the machine's own speed, and four times slower, as
phones are.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Browser, sync_playwright

#: Tasks that block longer than this are counted against a page (W3C Long Tasks).
LONG_MS = 50
LOADS, SPEEDS = 10, (1, 4)
_WATCH = """window.tasks = []; window.shifts = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => tasks.push(entry.duration)))
    .observe({type: "longtask", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(entry => shifts += entry.value))
    .observe({type: "layout-shift", buffered: true});"""


def main() -> int:
    """Prints the table. Exit codes: 0 measured, 1 could not be measured."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.widget", description="Measure what the chat costs."
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the demo is")
    url = parser.parse_args().url
    chromium = shutil.which("chromium")
    if chromium is None:
        print("bench: there is no Chromium on this machine", file=sys.stderr)
        return 1
    script = urllib.request.urlopen(f"{url}/widget.js", timeout=10).read()  # noqa: S310 - the demo's own
    words = urllib.request.urlopen(f"{url}/chat/widget?locale=de", timeout=10).read()  # noqa: S310 - the same
    sizes = [len(gzip.compress(part, 9)) for part in (script, words)]
    print(f"script {sizes[0]} bytes gzipped, words {sizes[1]}, together {sum(sizes)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for slower in SPEEDS:
            for name, wanted in (("without", False), ("with", True)):
                loads = [_load(browser, url, slower, wanted=wanted) for _ in range(LOADS)]
                print(f"processor {slower} times slower, {name:7} the chat: {_said(loads)}")
        browser.close()
    return 0


def _said(loads: Sequence[Mapping[str, Any]]) -> str:
    blocked = [sum(max(task - LONG_MS, 0) for task in load["tasks"]) for load in loads]
    longest = max((max(load["tasks"], default=0.0) for load in loads), default=0.0)
    scripts = statistics.median(load["scripts"] for load in loads)
    shifts = max(load["shifts"] for load in loads)
    return (
        f"blocked p50 {statistics.median(blocked):.0f} ms, worst {max(blocked):.0f} ms, longest task "
        f"{longest:.0f} ms; scripts {scripts:.1f} ms; layout shift {shifts:.4f}"
    )


def _load(browser: Browser, url: str, slower: int, *, wanted: bool) -> dict[str, Any]:
    context = browser.new_context()
    page = context.new_page()
    if not wanted:
        page.route("**/widget.js", lambda route: route.abort())
    page.add_init_script(_WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(url, wait_until="networkidle")
    metrics = {item["name"]: item["value"] for item in devtools.send("Performance.getMetrics")["metrics"]}
    found: dict[str, Any] = page.evaluate("({tasks, shifts})")
    context.close()
    return {**found, "scripts": metrics["ScriptDuration"] * 1000}


if __name__ == "__main__":
    sys.exit(main())
