"""The few durations of the job machinery, read from settings at each use so that tests can change them."""

from datetime import timedelta

from django.conf import settings


def lease_length() -> timedelta:
    """How long a job is held without a sign of life before the sweeper takes it away."""
    return timedelta(seconds=settings.STRONGROOM_JOB_LEASE_SECONDS)


def silence_limit() -> timedelta:
    """How long a handler may compute without a step or a report of progress before it counts as hung."""
    return timedelta(seconds=settings.STRONGROOM_JOB_SILENCE_SECONDS)


def back_off_base() -> timedelta:
    """Delay after a first failure; it doubles with each further one."""
    return timedelta(seconds=settings.STRONGROOM_JOB_BACK_OFF_SECONDS)


def back_off_cap() -> timedelta:
    """Longest delay between two tries."""
    return timedelta(seconds=settings.STRONGROOM_JOB_BACK_OFF_CAP_SECONDS)
