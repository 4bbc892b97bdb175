"""Equal requests at the same moment, where commits are real: one effect, equal answers."""

import threading
from typing import Any

from django.db import connections
from rest_framework.test import APIClient

from allocations.models import Drawdown
from governance.services import create_api_key, create_user
from members.services import add_firm_user
from tests.billing.standing import make_reserve

AT_ONCE = 8


def test_equal_requests_at_once_take_effect_once(committed_database: str) -> None:
    reserve = make_reserve()
    firm = reserve.add_firm("Acme Alloys (example)")
    reserve.store(firm, "2026-03-01", 12_000_000)
    user = create_user(username="mia")
    add_firm_user(firm_id=firm.id, user=user, role="owner", actor=reserve.administrator)
    _, secret = create_api_key(user=user, name="test")
    wish = {"firm_id": str(firm.id), "material": "antimony", "quantity_kg": "10", "mode": "exchange"}
    answers: list[Any] = []
    start = threading.Barrier(AT_ONCE)

    def send() -> None:
        try:
            client = APIClient()
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}", HTTP_IDEMPOTENCY_KEY="order-17")
            start.wait(timeout=10)
            answers.append(client.post("/api/v1/drawdowns", wish, format="json"))
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=send) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    assert len({answer.content for answer in answers}) == 1
    assert Drawdown.objects.count() == 1
