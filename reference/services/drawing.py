"""A normal drawdown: quoted, asked for, approved, released and delivered over REST, then replenished."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allocations.models import Drawdown
from allocations.services import replenish_drawdown
from allocations.services.replenishments import in_kind_reference
from governance.approvals import approve_proposal
from governance.domain.scopes import Area, Level, scope_of
from governance.models import User
from governance.services import create_api_key
from members.models import Firm
from reference.files import MaterialRow, read_materials
from reference.rest import RestClient
from reference.services.load import DRAWING_FIRM, DRAWING_USERNAME, Staff
from reference.services.purchases import example_lot
from reserve.domain.requests import InKindDelivery
from reserve.services import propose_lot_acceptances, receive_lots

MATERIAL = "cobalt"
QUANTITY_KG = "100000"
IDEMPOTENCY_KEY = "reference-reserve-drawdown"
# What staff does next with a drawdown in a state, and who does it.
STEPS = {
    "submitted": ("approve", "approver"),
    "reserved": ("release", "administrator"),
    "released": ("deliver", "administrator"),
}


def find_drawdown() -> Drawdown | None:
    """The main job's normal drawdown, if it was asked for."""
    drawdowns = Drawdown.objects.filter(firm__legal_name=DRAWING_FIRM, material__code=MATERIAL, award=None)
    return drawdowns.select_related("firm", "material").order_by("submitted_at").first()


def draw_and_replenish(*, staff: Staff) -> None:
    """Take cobalt out on loan over REST and bring it back in kind, from wherever that stands.

    Raises RestCallFailed.
    """
    member = RestClient(api_key=_key_for(User.objects.get(username=DRAWING_USERNAME)))
    wish = {
        "firm_id": str(Firm.objects.get(legal_name=DRAWING_FIRM).id),
        "material": MATERIAL,
        "quantity_kg": QUANTITY_KG,
        "mode": "exchange",
    }
    if find_drawdown() is None:
        member.post("/drawdowns/quote", wish)
    drawdown = member.post("/drawdowns", wish, idempotency_key=IDEMPOTENCY_KEY)
    path = f"/drawdowns/{drawdown['id']}"
    people = {
        name: RestClient(api_key=_key_for(getattr(staff, name))) for name in ("approver", "administrator")
    }
    while (state := member.get(path)["state"]) in STEPS:
        step, person = STEPS[state]
        people[person].post(f"{path}/{step}", {})
    _replenish(UUID(drawdown["id"]), staff)


@transaction.atomic
def _replenish(drawdown_id: UUID, staff: Staff) -> None:
    """Receive, accept and count the returned lot in one transaction, so that nothing else can take it."""
    drawdown = Drawdown.objects.get(id=drawdown_id)
    if drawdown.outstanding_g == 0:
        return
    row = next(row for row in read_materials() if row.code == MATERIAL)
    now = timezone.now()
    lot = example_lot(
        row,
        net_g=drawdown.outstanding_g,
        reference=in_kind_reference(drawdown_id),
        in_kind=_delivery(row, drawdown),
    )
    (received,) = receive_lots(lots=[lot], actor=staff.receiver, effective_at=now)
    (proposal,) = propose_lot_acceptances(
        lot_numbers=[received.number], actor=staff.administrator, effective_at=now
    )
    approve_proposal(proposal_id=proposal.id, actor=staff.approver)
    replenish_drawdown(
        drawdown_id=drawdown_id, lot_number=received.number, actor=staff.administrator, effective_at=now
    )


def _delivery(row: MaterialRow, drawdown: Drawdown) -> InKindDelivery:
    facility, _grams = drawdown.facilities[0]
    return InKindDelivery(
        reference=in_kind_reference(drawdown.id),
        material_code=row.code,
        facility_code=facility,
        assay_element=row.assay_element,
        assay_percent=row.assay_percent,
    )


def _key_for(user: User) -> str:
    """An API key for drawdowns in the next hour."""
    scope = scope_of(Area.DRAWDOWNS, Level.WRITE)
    expires_at = timezone.now() + timedelta(hours=1)
    return create_api_key(user=user, name="main job", expires_at=expires_at, scopes=[scope])[1]
