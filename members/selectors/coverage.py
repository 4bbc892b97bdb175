"""How many days of its members' use the accepted stock covers."""

from collections import defaultdict
from collections.abc import Collection

from members.selectors.commitments import verified_uses
from reserve.domain.coverage import days_of_cover
from reserve.selectors import Coverage, get_accepted_stock, list_materials


def list_member_coverage(*, material_codes: Collection[str] | None = None) -> list[Coverage]:
    """Accepted stock over the verified use of all active members, by material code; three queries.

    A total over few members tells their use: doors must not show it to members.
    """
    stock = get_accepted_stock()
    uses: dict[str, int] = defaultdict(int)
    for holding, grams in verified_uses(material_codes=material_codes, is_active_only=True).items():
        uses[holding.material_code] += grams
    return [
        Coverage(
            material_code=version.material.code,
            material_name=version.name,
            accepted_g=stock.get(version.material.code, 0),
            use_g_per_year=uses[version.material.code],
            target_days=version.target_days,
            days=days_of_cover(
                stock_g=stock.get(version.material.code, 0), use_g_per_year=uses[version.material.code]
            ),
        )
        for version in list_materials(material_codes=material_codes)
    ]
