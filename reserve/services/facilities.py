"""Registering facilities and what fits into them."""

from collections.abc import Sequence

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from reserve.domain.measures import check_quantity
from reserve.domain.requests import FacilitySpec
from reserve.models import Facility, FacilityCapacity
from reserve.texts import check_texts


@transaction.atomic
def register_facilities(*, facilities: Sequence[FacilitySpec], actor: User) -> list[Facility]:
    """Register facilities with their capacity per storage class, in the order given.

    Raises CodeTaken, MalformedCode, QuantityNotPositive, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    rows = [Facility(code=spec.code, name=spec.name, address=spec.address) for spec in facilities]
    capacities = [
        FacilityCapacity(
            facility=row,
            storage_class=capacity.storage_class,
            capacity_g=check_quantity(capacity.capacity_g, field="capacity"),
            load_out_g_per_day=check_quantity(capacity.load_out_g_per_day, field="load_out"),
        )
        for row, spec in zip(rows, facilities, strict=True)
        for capacity in spec.capacities
    ]
    check_texts([*rows, *capacities])
    with refusals_of_constraints():
        Facility.objects.bulk_create(rows)
        FacilityCapacity.objects.bulk_create(capacities)
    return rows
