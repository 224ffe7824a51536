"""A billing system that Fairwell can use. Copy the folder, and replace `book.py` by your own system.

    pip install starlette uvicorn standardwebhooks tzdata
    export BILLING_SECRET=whsec_$(openssl rand -base64 32)
    python -m examples.billing serve

Start Fairwell with FAIRWELL_BILLING=http, FAIRWELL_BILLING_HTTP_URL=http://127.0.0.1:8090/fairwell and
FAIRWELL_BILLING_HTTP_SECRET=$BILLING_SECRET. docs/billing-http.md has every call and every field.

    python -m examples.billing cancel s-1    what your own staff do; Fairwell is told of it

BILLING_FILE (billing.db) is where everything is kept, BILLING_PORT (8090) where it listens, and FAIRWELL_URL
where Fairwell is told of changes. BILLING_SECRET may hold two secrets, parted by a space, while you change
one for the other. With BILLING_SHOW_EFFECTS=1, GET /effects lists what was done.
"""

import os
import sys

import uvicorn

from . import book, server


def main(command: str = "", subscription: str = "") -> None:
    """What the lines above say."""
    if command == "serve" and server.SECRETS:
        book.fill()
        uvicorn.run(server.app, port=int(os.environ.get("BILLING_PORT", "8090")))
    elif command == "cancel" and subscription:
        book.cancelled_by_staff(subscription)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:])
