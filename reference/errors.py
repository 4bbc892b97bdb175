"""What the main job refuses."""

from errors import Refusal


class JobNotDone(Refusal):
    """A background job of the main job didn't end well. `manage.py jobs show` tells why."""

    code = "job_not_done"


class RestCallFailed(Refusal):
    """A REST call of the main job got another answer than expected. The message quotes the answer."""

    code = "rest_call_failed"
