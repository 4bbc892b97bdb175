"""Servers that come as Python packages, for one machine: PostgreSQL and Valkey.

Nothing outside knows more of them than `start() -> URL` and `stop()`. They run as an ordinary
account even when Strongroom is started by root, listen on 127.0.0.1 only, and keep everything in
the directory they are given.
"""
