"""The soak tests run on the same installations as the end-to-end tests."""

from tests.e2e.conftest import fairwell, models, on_postgres, private

__all__ = ["fairwell", "models", "on_postgres", "private"]
