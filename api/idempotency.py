"""The Idempotency-Key: a request that is sent twice takes effect once and gets one answer."""

import re
from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import IdempotencyKeyReused, MalformedIdempotencyKey
from api.models import IdempotentRequest
from governance.domain.canonical_json import sha256_of_json
from governance.models import User

_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)


def answer_once(request: Request, *, actor: User, route: str, effect: Callable[[], Response]) -> HttpResponse:
    """The answer of `effect`, or the earlier answer to the same user's request with the same key.

    Of two requests at once the second waits for the first. The body must have been checked before, so
    that it is exact JSON. Raises MalformedIdempotencyKey, IdempotencyKeyReused, and what `effect` raises.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return effect()
    if not _KEY.fullmatch(key):
        raise MalformedIdempotencyKey("Send 1 to 255 visible ASCII characters.", field="Idempotency-Key")
    digest = sha256_of_json(request.data)
    with transaction.atomic():
        record, is_new = IdempotentRequest.objects.get_or_create(
            user=actor, route=route, key=key, defaults={"content_sha256": digest}
        )
        if not is_new:
            return _earlier_answer(record, digest)
        response = effect()
        record.status = response.status_code
        record.answer = JSONRenderer().render(response.data).decode("utf-8")
        record.save(update_fields=["status", "answer"])
    return response


def _earlier_answer(record: IdempotentRequest, digest: str) -> HttpResponse:
    if record.content_sha256 != digest:
        raise IdempotencyKeyReused("The key was sent before with other content.", field="Idempotency-Key")
    return HttpResponse(
        record.answer,
        status=record.status,
        content_type=JSONRenderer.media_type,
        headers={"Idempotency-Replayed": "true"},
    )
