"""Registering facilities and what fits into them."""

from collections.abc import Sequence

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from reserve.domain.requests import FacilitySpec
from reserve.models import Facility, FacilityCapacity


@transaction.atomic
def register_facilities(*, facilities: Sequence[FacilitySpec], actor: User) -> list[Facility]:
    """Register facilities with their capacity per storage class, in the order given.

    Raises CodeTaken, MalformedCode, QuantityNotPositive, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    with refusals_of_constraints():
        rows = Facility.objects.bulk_create(
            [Facility(code=spec.code, name=spec.name, address=spec.address) for spec in facilities]
        )
        FacilityCapacity.objects.bulk_create(
            [
                FacilityCapacity(
                    facility=row,
                    storage_class=capacity.storage_class,
                    capacity_g=capacity.capacity_g,
                    load_out_g_per_day=capacity.load_out_g_per_day,
                )
                for row, spec in zip(rows, facilities, strict=True)
                for capacity in spec.capacities
            ]
        )
    return rows
