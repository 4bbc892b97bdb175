"""Users and what they may decide."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person, or the system itself, that signs in or acts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
