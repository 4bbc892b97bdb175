"""The kernels by themselves: JSON in, JSON out, nothing stored."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from allocations.calculator import calculate_awards
from api.endpoints import Endpoint
from api.limits import require_modest
from billing.calculator import calculate_fees
from governance.domain.scopes import Area

AWARDS_EXAMPLE = OpenApiExample(
    "Pro rata with redistribution",
    value={
        "rule": "pro_rata_right",
        "rounding": "sainte_lague",
        "pool_g": 1000000,
        "unit_g": 1000,
        "claims": [
            {"id": "a", "request_g": 200000, "right_g": 600000},
            {"id": "b", "request_g": 300000, "right_g": 300000},
            {"id": "c", "request_g": 300000, "right_g": 300000},
        ],
    },
    request_only=True,
)
FEES_EXAMPLE = OpenApiExample(
    "Storage of one month",
    value={
        "currency": "USD",
        "storage": {
            "moves": [
                {"date": "2026-03-01", "grams": 12000000},
                {"date": "2026-03-11", "grams": -4500000},
            ],
            "rates": [
                {"from": "2026-01-01", "usd_per_tonne_day": "0.62"},
                {"from": "2026-03-16", "usd_per_tonne_day": "0.65"},
            ],
        },
        "period": {"from": "2026-03-01", "to": "2026-04-01"},
    },
    request_only=True,
)


class AwardsEndpoint(Endpoint):
    """Awards of a document."""

    area = Area.CALCULATORS
    stores_nothing = True

    @extend_schema(
        operation_id="calculateAwards",
        request=OpenApiTypes.OBJECT,
        responses=OpenApiTypes.OBJECT,
        examples=[AWARDS_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Share a pool among claims by a rule and a rounding; the same as `manage.py calculate_awards`."""
        return Response(calculate_awards(require_modest(request.data)))


class FeesEndpoint(Endpoint):
    """Fees of a document."""

    area = Area.CALCULATORS
    stores_nothing = True

    @extend_schema(
        operation_id="calculateFees",
        request=OpenApiTypes.OBJECT,
        responses=OpenApiTypes.OBJECT,
        examples=[FEES_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Storage fees and carrying costs of a period; the same as `manage.py calculate_fees`."""
        return Response(calculate_fees(require_modest(request.data)))
