"""Faults as clients see them: one JSON shape for all of them, and never a detail of what happened inside."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

_CODES = {
    400: ("invalid", "The request could not be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "The body is larger than is taken here."),
    422: ("invalid", "The request is not what is taken here."),
}


class ApiError(Exception):
    """Ends a request with a status, a stable code and a sentence for the developer who reads it."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.headers = status, code, message, headers


def body_of(code: str, message: str) -> dict[str, dict[str, str]]:
    """The one shape."""
    return {"error": {"code": code, "message": message}}


def response(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A fault as a response."""
    return JSONResponse(body_of(code, message), status, dict(headers or {}))


def plain(status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A fault that nothing is to be said about but its status."""
    code, message = _CODES.get(status, ("refused", "The request was refused."))
    return response(status, code, message, headers)


def install(app: FastAPI) -> None:
    """Gives every route of `app` the one shape, also for what the framework itself refuses."""

    async def api_error(_: Request, fault: Exception) -> JSONResponse:
        assert isinstance(fault, ApiError)  # noqa: S101 - registered for it
        return response(fault.status, fault.code, fault.message, fault.headers)

    async def http_error(_: Request, fault: Exception) -> JSONResponse:
        assert isinstance(fault, HTTPException)  # noqa: S101 - registered for it
        return plain(fault.status_code, fault.headers)

    async def validation_error(_: Request, __: Exception) -> JSONResponse:
        return plain(422)

    app.add_exception_handler(ApiError, api_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, validation_error)
