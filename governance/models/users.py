"""Who signs in or acts, and the roles they hold."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.functions import RandomUUID
from django.db import models

from governance.domain.roles import Role


class User(AbstractUser):
    """An account that signs in or acts: a person's, or the system's own.

    `person` is the same for all accounts of one person, so that nobody is a second person to oneself.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), editable=False)


class RoleAssignment(models.Model):
    """One role that one user holds. What a member may do follows from its firm, not from a role here."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(max_length=20)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "role"], name="governance_roleassignment_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="governance_roleassignment_known_role",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class RoleDelegation(models.Model):
    """A role that a user holds in another's stead until a time, and no longer than the other holds it."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    delegated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    delegated_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "role", "delegated_by"], name="governance_roledelegation_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role if role is not Role.SYSTEM]),
                name="governance_roledelegation_known_role",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("delegated_at")),
                name="governance_roledelegation_ends_later",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} for {self.delegated_by_id}"
