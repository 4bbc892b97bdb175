"""Whether the process lives, and whether it can work: for load balancers and containers."""

import logging

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

_ANSWER_WITHIN_SECONDS = 2


@require_safe
def live(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """The process answers; nothing else is looked at."""
    return JsonResponse({"status": "live"}, headers={"Cache-Control": "no-store"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """Database and Redis answer: 200, else 503 with which of them doesn't."""
    parts = {"database": _database_answers(), "redis": _redis_answers()}
    is_ready = all(parts.values())
    body = {"status": "ready" if is_ready else "not_ready"}
    body |= {name: "ok" if answers else "no answer" for name, answers in parts.items()}
    return JsonResponse(body, status=200 if is_ready else 503, headers={"Cache-Control": "no-store"})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        logger.exception("the database doesn't answer")
        return False
    return True


def _redis_answers() -> bool:
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=_ANSWER_WITHIN_SECONDS,
            socket_connect_timeout=_ANSWER_WITHIN_SECONDS,
        )
        with client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        logger.exception("Redis doesn't answer")
        return False
