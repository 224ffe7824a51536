"""Our database: SQLAlchemy Core on SQLite or PostgreSQL, rows in, frozen dataclasses out."""
