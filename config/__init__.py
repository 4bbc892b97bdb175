"""Settings, routes and the Celery app. Nothing of the domain."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
