"""How many days the accepted stock covers."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from reserve.domain.coverage import days_of_cover
from reserve.selectors.materials import list_materials
from reserve.selectors.storage import get_accepted_stock


@dataclass(frozen=True, slots=True)
class Coverage:
    """Days of cover of one material. `days` is exact; None where no use is known."""

    material_code: str
    material_name: str
    accepted_g: int
    use_g_per_year: int
    target_days: int
    days: Fraction | None

    @property
    def is_target_met(self) -> bool:
        """Whether the stock covers the target."""
        return self.days is not None and self.days >= self.target_days


def list_national_coverage(*, material_codes: Collection[str] | None = None) -> list[Coverage]:
    """Days of national use that the accepted stock covers, by material code; two queries."""
    stock = get_accepted_stock()
    return [
        Coverage(
            material_code=version.material.code,
            material_name=version.name,
            accepted_g=stock.get(version.material.code, 0),
            use_g_per_year=version.us_consumption_g_per_year or 0,
            target_days=version.target_days,
            days=days_of_cover(
                stock_g=stock.get(version.material.code, 0),
                use_g_per_year=version.us_consumption_g_per_year or 0,
            ),
        )
        for version in list_materials(material_codes=material_codes)
    ]
