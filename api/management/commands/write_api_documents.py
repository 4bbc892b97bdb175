"""`manage.py write_api_documents`: docs/api/openapi.yaml and docs/errors.md, from the code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from api.catalogue import errors_page
from api.openapi import openapi_document


class Command(BaseCommand):
    """Writes both files; a test compares them with the code."""

    help = "Write docs/api/openapi.yaml and docs/errors.md from the code."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write, and say what was written."""
        documents = {
            "docs/api/openapi.yaml": openapi_document(),
            "docs/errors.md": errors_page().encode("utf-8"),
        }
        for name, content in documents.items():
            target = settings.BASE_DIR / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            self.stdout.write(f"{name}: {len(content)} bytes")
