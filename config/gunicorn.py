"""How gunicorn serves the web process, here and in the image."""

import os

from config.logs import logging_settings

wsgi_app = "config.wsgi:application"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# The code is loaded once and shared; no connection is made before the workers are forked.
preload_app = True
timeout = 60
graceful_timeout = 5
# A worker is renewed now and then, not all at the same moment.
max_requests = 10_000
max_requests_jitter = 1_000
# Heartbeats go to memory where there is some, not to a disk that may be slow.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
control_socket_disable = True
accesslog = "-"
logconfig_dict = logging_settings(level=os.environ.get("STRONGROOM_LOG_LEVEL", "INFO"))
