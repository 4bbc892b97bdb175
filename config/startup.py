"""The one error of starting: something stands in the way, and here is what to do."""


class CannotStart(Exception):
    """Strongroom can't be started; the message says what stands in the way and what to do about it."""
