"""How an alarm of the ledger leaves the house: by mail to those who are named, always by the log."""

import logging

from django.conf import settings

from jobs.transports import Delivery, deliver_mail

logger = logging.getLogger(__name__)


def deliver_alarm(delivery: Delivery) -> None:
    """Tell of the first finding."""
    first = delivery.payload["first"]
    text = f"{first['check']}: {first['row']} {first['message']}"
    logger.critical("alarm of the ledger: %s", text)
    if settings.STRONGROOM_ALARM_RECIPIENTS:
        mail = {
            "to": settings.STRONGROOM_ALARM_RECIPIENTS,
            "subject": "Strongroom: verification of the ledger found something wrong",
            "body": f"{text}\n\n{delivery.payload['count']} findings in all. `manage.py verify` shows them;"
            " docs/operations.md says what to do.\n",
        }
        deliver_mail(Delivery(delivery.event_id, delivery.topic, mail, delivery.attempt))
