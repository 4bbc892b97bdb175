"""Who signs in or acts, and the roles they hold."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models

from governance.domain.roles import Role


class User(AbstractUser):
    """A person, or the system itself, that signs in or acts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


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
