"""For whom this thread works: one firm, one person's firms, the reserve, or nobody, who sees nothing.

The second wall between firms. The first are the selectors `get_<thing>_for(actor, …)`; the policies of the
tables (row-level security) are for the query that forgot to ask them. `docs/tenancy.md` has every table.
"""

from tenancy.current import (
    Tenant,
    current_tenant,
    for_firm,
    for_nobody,
    for_the_reserve,
    with_this_tenant,
    work_for_firm,
    work_for_person,
    work_for_the_reserve,
)

__all__ = [
    "Tenant",
    "current_tenant",
    "for_firm",
    "for_nobody",
    "for_the_reserve",
    "with_this_tenant",
    "work_for_firm",
    "work_for_person",
    "work_for_the_reserve",
]
