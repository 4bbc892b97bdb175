"""Lenders' statements: import, comparison with our book, and findings until a person clears them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import ChoiceTextField, DollarsField, TextField
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from api.uploads import TABLE_REQUEST, TableEndpoint
from governance.domain.roles import STAFF_ROLES, Role
from governance.domain.scopes import Area
from governance.selectors import require_role
from reserve.domain.lender_statements import Cause, LineKind
from reserve.selectors import get_tranche, list_lender_findings, list_lender_statements
from reserve.services import (
    clear_lender_finding,
    compare_lender_statement,
    import_lender_statement,
    preview_lender_statement,
)

LINE_KINDS = [kind.value for kind in LineKind]
CAUSES = [cause.value for cause in Cause]


class FindingQuery(ListQuery):
    """Which findings."""

    state = ChoiceTextField(choices=["open", "all"], default="open", help_text="Those that stand, or all.")


class ClearedFinding(StrictSerializer):
    """Why a difference may stand."""

    reason = TextField(max_length=2000, help_text="Why it may stand, or what settled it.")


class DifferenceItem(serializers.Serializer[Any]):
    """One difference between statement and book."""

    row = serializers.IntegerField(allow_null=True, help_text="The lender's row; null where it has none.")
    date = serializers.DateField(source="day", help_text="Day of the line.")
    kind = serializers.ChoiceField(choices=LINE_KINDS, help_text="What the line tells.")
    cause = serializers.ChoiceField(choices=CAUSES, help_text="How it differs.")
    lender_usd = DollarsField(source="lender_cents", allow_null=True, help_text="What the lender states.")
    book_usd = DollarsField(source="book_cents", allow_null=True, help_text="What our book says.")


class LenderFindingItem(DifferenceItem):
    """A difference that stands until it is cleared."""

    id = serializers.IntegerField(help_text="Identifier of the finding.")
    tranche = serializers.CharField(source="statement.tranche.code", help_text="Code of the tranche.")
    statement_id = serializers.UUIDField(help_text="The statement.")
    found_at = serializers.DateTimeField(help_text="When it was found.")
    cleared_by = serializers.CharField(
        source="cleared_by.username", allow_null=True, default=None, help_text="User name, or null."
    )
    cleared_at = serializers.DateTimeField(allow_null=True, help_text="When it was cleared, or null.")
    cleared_reason = serializers.CharField(help_text="Why; empty until then.")


class ComparisonItem(serializers.Serializer[Any]):
    """How a statement compares with our book as it stands now."""

    statement_id = serializers.UUIDField(
        source="statement.id", allow_null=True, default=None, help_text="The statement; null in a dry run."
    )
    lines = serializers.IntegerField(source="line_count", help_text="Lines of the statement.")
    ties = serializers.BooleanField(help_text="Whether both agree to the cent.")
    differences = serializers.IntegerField(source="difference_count", help_text="How many there are.")
    first_difference = DifferenceItem(
        source="first", allow_null=True, help_text="The first that nobody cleared; null if there is none."
    )


class LenderStatementItem(serializers.Serializer[Any]):
    """One statement that was imported."""

    id = serializers.UUIDField(help_text="Identifier of the statement.")
    tranche = serializers.CharField(source="tranche.code", help_text="Code of the tranche.")
    starts_on = serializers.DateField(help_text="Day of its opening line.")
    ends_on = serializers.DateField(help_text="Day of its closing line.")
    sha256 = serializers.CharField(help_text="SHA-256 of the file.")
    imported_by = serializers.CharField(source="imported_by.username", help_text="User name.")
    imported_at = serializers.DateTimeField(help_text="When it was imported.")
    open_findings = serializers.IntegerField(help_text="Findings that stand.")


class LenderStatementPreviewEndpoint(TableEndpoint):
    """A dry run."""

    area = Area.RESERVE
    stores_nothing = True

    roles = (Role.FINANCE,)

    @extend_schema(
        operation_id="previewLenderStatement", request=TABLE_REQUEST, responses={200: ComparisonItem}
    )
    def post(self, _request: Request, tranche_code: str) -> Response:
        """Check a lender's statement and compare it; nothing is recorded."""
        table = self.table()
        comparison = preview_lender_statement(
            table=table.stream, filename=table.filename, tranche_code=tranche_code, actor=self.actor
        )
        return Response(ComparisonItem(comparison).data)


class LenderStatementListEndpoint(TableEndpoint):
    """Statements of one tranche."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    query_serializer = ListQuery

    @extend_schema(
        operation_id="listLenderStatements",
        parameters=[ListQuery],
        responses=page_schema(LenderStatementItem),
    )
    def get(self, _request: Request, tranche_code: str) -> Response:
        """List the imported statements, latest first."""
        page = page_of(
            list_lender_statements(tranche=get_tranche(code=tranche_code)),
            order=("-imported_at", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, LenderStatementItem)

    @extend_schema(
        operation_id="importLenderStatement",
        request=TABLE_REQUEST,
        responses={200: ComparisonItem, 201: ComparisonItem},
    )
    def post(self, _request: Request, tranche_code: str) -> Response:
        """Keep a lender's statement and compare it; the same file again (200) changes nothing."""
        require_role(self.actor, Role.FINANCE)
        table = self.table()
        comparison, is_new = import_lender_statement(
            table=table.stream, filename=table.filename, tranche_code=tranche_code, actor=self.actor
        )
        return Response(ComparisonItem(comparison).data, status=201 if is_new else 200)


class LenderStatementComparisonEndpoint(Endpoint):
    """Comparing again."""

    area = Area.RESERVE

    roles = (Role.FINANCE,)

    @extend_schema(operation_id="compareLenderStatement", request=None, responses={200: ComparisonItem})
    def post(self, _request: Request, statement_id: UUID) -> Response:
        """Compare a statement with the book as it stands now."""
        comparison = compare_lender_statement(statement_id=statement_id, actor=self.actor)
        return Response(ComparisonItem(comparison).data)


class LenderFindingListEndpoint(Endpoint):
    """Findings."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    query_serializer = FindingQuery

    @extend_schema(
        operation_id="listLenderFindings", parameters=[FindingQuery], responses=page_schema(LenderFindingItem)
    )
    def get(self, _request: Request) -> Response:
        """List findings, latest first."""
        page = page_of(
            list_lender_findings(is_open=self.query["state"] == "open"),
            order=("-id",),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, LenderFindingItem)


class LenderFindingClearingEndpoint(Endpoint):
    """Clearing a finding."""

    area = Area.RESERVE

    roles = (Role.FINANCE,)

    @extend_schema(operation_id="clearLenderFinding", request=ClearedFinding, responses=LenderFindingItem)
    def post(self, _request: Request, finding_id: int) -> Response:
        """Say why a difference may stand; what follows it is compared again."""
        finding = clear_lender_finding(finding_id=finding_id, actor=self.actor, **self.read(ClearedFinding))
        return Response(LenderFindingItem(finding).data)
