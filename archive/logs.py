"""Logs: one JSON object a line, with the time in UTC and the request's id."""

import logging.config
from typing import Any

from archive import config


def configure() -> None:
    """Send the logs of this process to standard error, from the level of the settings on."""
    logging.config.dictConfig(layout())


def layout() -> dict[str, Any]:  # Any: as logging.config asks.
    """The configuration of logging, as ``logging.config`` reads it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(levelname)s %(name)s %(message)s",
                "rename_fields": {"levelname": "level", "name": "logger"},
                "timestamp": "time",
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": config.read().log_level.upper()},
        "loggers": {
            "pyvips": {"level": "ERROR"},
            "PIL": {"level": "WARNING"},
            "alembic": {"level": "WARNING"},
        },
    }
