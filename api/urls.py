"""Routes of the REST door."""

from django.urls import path

from api.catalogue import problem_kind, problem_types
from api.openapi import documentation, openapi
from api.v1.annual_uses import AnnualUseListEndpoint, AnnualUseVerificationEndpoint
from api.v1.api_keys import (
    ApiKeyEndpoint,
    ApiKeyListEndpoint,
    ApiKeyRevocationEndpoint,
    ApiKeyRotationEndpoint,
)
from api.v1.calculators import AwardsEndpoint, FeesEndpoint
from api.v1.drawdown_decisions import (
    DrawdownApprovalEndpoint,
    DrawdownDeliveryEndpoint,
    DrawdownRefusalEndpoint,
    DrawdownReleaseEndpoint,
)
from api.v1.drawdowns import (
    DrawdownEndpoint,
    DrawdownListEndpoint,
    DrawdownQuoteEndpoint,
    DrawdownWithdrawalEndpoint,
)
from api.v1.enrolment import (
    FirmActivationEndpoint,
    FirmApprovalEndpoint,
    FirmCollectionEndpoint,
    FirmExitEndpoint,
    FirmReinstatementEndpoint,
    FirmRejectionEndpoint,
    FirmScreeningEndpoint,
    FirmSuspensionEndpoint,
    TransitionListEndpoint,
)
from api.v1.exposures import ExposureEndpoint, FirmExposureEndpoint, FirmExposureHistoryEndpoint
from api.v1.firms import FirmEndpoint
from api.v1.funding import (
    CeilingEndpoint,
    FundingEndpoint,
    FundingRateListEndpoint,
    TrancheListEndpoint,
)
from api.v1.invoices import (
    InvoiceCsvEndpoint,
    InvoiceEndpoint,
    InvoiceListEndpoint,
    InvoicePdfEndpoint,
)
from api.v1.jobs import JobEndpoint, JobListEndpoint
from api.v1.lender_statements import (
    LenderFindingClearingEndpoint,
    LenderFindingListEndpoint,
    LenderStatementComparisonEndpoint,
    LenderStatementListEndpoint,
    LenderStatementPreviewEndpoint,
)
from api.v1.loans import (
    DrawListEndpoint,
    DrawReversalEndpoint,
    LoanPaymentListEndpoint,
    LoanPaymentReversalEndpoint,
    LoanPeriodListEndpoint,
)
from api.v1.lot_steps import (
    LotArrivalEndpoint,
    LotAssayEndpoint,
    LotDepartureEndpoint,
    LotMoveListEndpoint,
    LotReleaseEndpoint,
    LotSplitEndpoint,
    LotStopEndpoint,
    LotWriteOffEndpoint,
    MoveWriteOffEndpoint,
)
from api.v1.lots import (
    LotAcceptanceEndpoint,
    LotEndpoint,
    LotListEndpoint,
    LotRejectionEndpoint,
    MismatchListEndpoint,
)
from api.v1.materials import MaterialEndpoint, MaterialListEndpoint
from api.v1.me import MeEndpoint
from api.v1.policy import PolicyEndpoint
from api.v1.positions import PositionListEndpoint
from api.v1.prices import (
    PriceImportListEndpoint,
    PriceImportPreviewEndpoint,
    PriceListEndpoint,
    PriceSeriesListEndpoint,
    StalePriceListEndpoint,
    StockValueListEndpoint,
)
from api.v1.proofs import ProofEndpoint
from api.v1.proposals import (
    ProposalApprovalEndpoint,
    ProposalEndpoint,
    ProposalListEndpoint,
    ProposalRejectionEndpoint,
    ProposalWaitingEndpoint,
    ProposalWithdrawalEndpoint,
)
from api.v1.provenance import AlliedCountriesEndpoint, ProvenanceEndpoint
from api.v1.rights_transfers import RightsTransferListEndpoint, RightsTransferProposalEndpoint
from api.v1.session import SessionEndpoint
from api.v1.statements import StatementCsvEndpoint, StatementEndpoint, StatementPdfEndpoint
from api.v1.stock_counts import CountSheetEndpoint, StockAdjustmentEndpoint, StockCountListEndpoint
from api.v1.terms import AgreementListEndpoint, CommitmentListEndpoint
from api.v1.verifications import (
    AlarmAcknowledgementEndpoint,
    AlarmListEndpoint,
    VerificationListEndpoint,
    VerificationStateEndpoint,
)

urlpatterns = [
    path("problems", problem_types, name="problem-types"),
    path("problems/<str:code>", problem_kind, name="problem-kind"),
    path("openapi.yaml", openapi, name="openapi"),
    path("docs", documentation, name="api-documentation"),
    path("v1/session", SessionEndpoint.as_view(), name="session"),
    path("v1/me", MeEndpoint.as_view(), name="me"),
    path("v1/api-keys", ApiKeyListEndpoint.as_view(), name="api-keys"),
    path("v1/api-keys/<uuid:api_key_id>", ApiKeyEndpoint.as_view(), name="api-key"),
    path("v1/api-keys/<uuid:api_key_id>/rotate", ApiKeyRotationEndpoint.as_view(), name="api-key-rotate"),
    path("v1/api-keys/<uuid:api_key_id>/revoke", ApiKeyRevocationEndpoint.as_view(), name="api-key-revoke"),
    path("v1/policy", PolicyEndpoint.as_view(), name="policy"),
    path("v1/materials", MaterialListEndpoint.as_view(), name="materials"),
    path("v1/materials/<str:material_code>", MaterialEndpoint.as_view(), name="material"),
    path("v1/prices", PriceListEndpoint.as_view(), name="prices"),
    path("v1/prices/series", PriceSeriesListEndpoint.as_view(), name="price-series"),
    path("v1/prices/stale", StalePriceListEndpoint.as_view(), name="stale-prices"),
    path("v1/price-imports", PriceImportListEndpoint.as_view(), name="price-imports"),
    path("v1/price-imports/preview", PriceImportPreviewEndpoint.as_view(), name="price-import-preview"),
    path("v1/stock-values", StockValueListEndpoint.as_view(), name="stock-values"),
    path("v1/lots", LotListEndpoint.as_view(), name="lots"),
    path("v1/lots/mismatches", MismatchListEndpoint.as_view(), name="lot-mismatches"),
    path("v1/lots/<str:lot_number>", LotEndpoint.as_view(), name="lot"),
    path("v1/lots/<str:lot_number>/acceptance", LotAcceptanceEndpoint.as_view(), name="lot-acceptance"),
    path("v1/lots/<str:lot_number>/reject", LotRejectionEndpoint.as_view(), name="lot-reject"),
    path("v1/lots/<str:lot_number>/moves", LotDepartureEndpoint.as_view(), name="lot-departure"),
    path("v1/lots/<str:lot_number>/split", LotSplitEndpoint.as_view(), name="lot-split"),
    path("v1/lots/<str:lot_number>/assays", LotAssayEndpoint.as_view(), name="lot-assays"),
    path("v1/lots/<str:lot_number>/stop", LotStopEndpoint.as_view(), name="lot-stop"),
    path("v1/lots/<str:lot_number>/release", LotReleaseEndpoint.as_view(), name="lot-release"),
    path("v1/lots/<str:lot_number>/write-off", LotWriteOffEndpoint.as_view(), name="lot-write-off"),
    path("v1/lot-moves", LotMoveListEndpoint.as_view(), name="lot-moves"),
    path("v1/lot-moves/<uuid:move_id>/arrive", LotArrivalEndpoint.as_view(), name="lot-move-arrive"),
    path("v1/lot-moves/<uuid:move_id>/write-off", MoveWriteOffEndpoint.as_view(), name="lot-move-write-off"),
    path("v1/stock-counts", StockCountListEndpoint.as_view(), name="stock-counts"),
    path("v1/stock-counts/sheet", CountSheetEndpoint.as_view(), name="stock-count-sheet"),
    path(
        "v1/stock-counts/<uuid:stock_count_id>/adjustment",
        StockAdjustmentEndpoint.as_view(),
        name="stock-count-adjustment",
    ),
    path("v1/provenance", ProvenanceEndpoint.as_view(), name="provenance"),
    path("v1/allied-countries", AlliedCountriesEndpoint.as_view(), name="allied-countries"),
    path("v1/firms", FirmCollectionEndpoint.as_view(), name="firms"),
    path("v1/firms/<uuid:firm_id>", FirmEndpoint.as_view(), name="firm"),
    path("v1/firms/<uuid:firm_id>/transitions", TransitionListEndpoint.as_view(), name="firm-transitions"),
    path("v1/firms/<uuid:firm_id>/screen", FirmScreeningEndpoint.as_view(), name="firm-screen"),
    path("v1/firms/<uuid:firm_id>/approve", FirmApprovalEndpoint.as_view(), name="firm-approve"),
    path("v1/firms/<uuid:firm_id>/reject", FirmRejectionEndpoint.as_view(), name="firm-reject"),
    path("v1/firms/<uuid:firm_id>/activate", FirmActivationEndpoint.as_view(), name="firm-activate"),
    path("v1/firms/<uuid:firm_id>/suspend", FirmSuspensionEndpoint.as_view(), name="firm-suspend"),
    path("v1/firms/<uuid:firm_id>/reinstate", FirmReinstatementEndpoint.as_view(), name="firm-reinstate"),
    path("v1/firms/<uuid:firm_id>/exit", FirmExitEndpoint.as_view(), name="firm-exit"),
    path("v1/firms/<uuid:firm_id>/agreements", AgreementListEndpoint.as_view(), name="agreements"),
    path("v1/firms/<uuid:firm_id>/commitments", CommitmentListEndpoint.as_view(), name="commitments"),
    path(
        "v1/firms/<uuid:firm_id>/commitments/<uuid:commitment_id>/transfers",
        RightsTransferProposalEndpoint.as_view(),
        name="commitment-transfers",
    ),
    path(
        "v1/firms/<uuid:firm_id>/rights-transfers",
        RightsTransferListEndpoint.as_view(),
        name="rights-transfers",
    ),
    path("v1/firms/<uuid:firm_id>/annual-uses", AnnualUseListEndpoint.as_view(), name="annual-uses"),
    path(
        "v1/annual-uses/<int:annual_use_id>/verify",
        AnnualUseVerificationEndpoint.as_view(),
        name="annual-use-verify",
    ),
    path("v1/exposure", ExposureEndpoint.as_view(), name="exposure"),
    path("v1/firms/<uuid:firm_id>/exposure", FirmExposureEndpoint.as_view(), name="firm_exposure"),
    path(
        "v1/firms/<uuid:firm_id>/exposure/history",
        FirmExposureHistoryEndpoint.as_view(),
        name="firm_exposure_history",
    ),
    path("v1/firms/<uuid:firm_id>/positions", PositionListEndpoint.as_view(), name="positions"),
    path("v1/firms/<uuid:firm_id>/statements/<str:month>", StatementEndpoint.as_view(), name="statement"),
    path(
        "v1/firms/<uuid:firm_id>/statements/<str:month>/csv",
        StatementCsvEndpoint.as_view(),
        name="statement-csv",
    ),
    path(
        "v1/firms/<uuid:firm_id>/statements/<str:month>/pdf",
        StatementPdfEndpoint.as_view(),
        name="statement-pdf",
    ),
    path("v1/invoices", InvoiceListEndpoint.as_view(), name="invoices"),
    path("v1/invoices/<uuid:invoice_id>", InvoiceEndpoint.as_view(), name="invoice"),
    path("v1/invoices/<uuid:invoice_id>/csv", InvoiceCsvEndpoint.as_view(), name="invoice-csv"),
    path("v1/invoices/<uuid:invoice_id>/pdf", InvoicePdfEndpoint.as_view(), name="invoice-pdf"),
    path("v1/drawdowns", DrawdownListEndpoint.as_view(), name="drawdowns"),
    path("v1/drawdowns/quote", DrawdownQuoteEndpoint.as_view(), name="drawdown-quote"),
    path("v1/drawdowns/<uuid:drawdown_id>", DrawdownEndpoint.as_view(), name="drawdown"),
    path(
        "v1/drawdowns/<uuid:drawdown_id>/withdraw",
        DrawdownWithdrawalEndpoint.as_view(),
        name="drawdown-withdraw",
    ),
    path(
        "v1/drawdowns/<uuid:drawdown_id>/approve", DrawdownApprovalEndpoint.as_view(), name="drawdown-approve"
    ),
    path("v1/drawdowns/<uuid:drawdown_id>/refuse", DrawdownRefusalEndpoint.as_view(), name="drawdown-refuse"),
    path(
        "v1/drawdowns/<uuid:drawdown_id>/release", DrawdownReleaseEndpoint.as_view(), name="drawdown-release"
    ),
    path(
        "v1/drawdowns/<uuid:drawdown_id>/deliver", DrawdownDeliveryEndpoint.as_view(), name="drawdown-deliver"
    ),
    path("v1/funding", FundingEndpoint.as_view(), name="funding"),
    path("v1/funding/ceiling", CeilingEndpoint.as_view(), name="funding-ceiling"),
    path("v1/funding/tranches", TrancheListEndpoint.as_view(), name="tranches"),
    path(
        "v1/funding/tranches/<str:tranche_code>/rates",
        FundingRateListEndpoint.as_view(),
        name="funding-rates",
    ),
    path("v1/funding/tranches/<str:tranche_code>/draws", DrawListEndpoint.as_view(), name="funding-draws"),
    path(
        "v1/funding/tranches/<str:tranche_code>/payments",
        LoanPaymentListEndpoint.as_view(),
        name="loan-payments",
    ),
    path(
        "v1/funding/tranches/<str:tranche_code>/periods",
        LoanPeriodListEndpoint.as_view(),
        name="loan-periods",
    ),
    path(
        "v1/funding/tranches/<str:tranche_code>/statements",
        LenderStatementListEndpoint.as_view(),
        name="lender-statements",
    ),
    path(
        "v1/funding/tranches/<str:tranche_code>/statements/preview",
        LenderStatementPreviewEndpoint.as_view(),
        name="lender-statement-preview",
    ),
    path(
        "v1/funding/statements/<uuid:statement_id>/compare",
        LenderStatementComparisonEndpoint.as_view(),
        name="lender-statement-compare",
    ),
    path("v1/funding/findings", LenderFindingListEndpoint.as_view(), name="lender-findings"),
    path(
        "v1/funding/findings/<int:finding_id>/clear",
        LenderFindingClearingEndpoint.as_view(),
        name="lender-finding-clear",
    ),
    path("v1/funding/draws/<uuid:draw_id>/reverse", DrawReversalEndpoint.as_view(), name="draw-reverse"),
    path(
        "v1/funding/payments/<uuid:payment_id>/reverse",
        LoanPaymentReversalEndpoint.as_view(),
        name="loan-payment-reverse",
    ),
    path("v1/proposals", ProposalListEndpoint.as_view(), name="proposals"),
    path("v1/proposals/waiting", ProposalWaitingEndpoint.as_view(), name="proposals-waiting"),
    path("v1/proposals/<uuid:proposal_id>", ProposalEndpoint.as_view(), name="proposal"),
    path(
        "v1/proposals/<uuid:proposal_id>/approve", ProposalApprovalEndpoint.as_view(), name="proposal-approve"
    ),
    path(
        "v1/proposals/<uuid:proposal_id>/reject", ProposalRejectionEndpoint.as_view(), name="proposal-reject"
    ),
    path(
        "v1/proposals/<uuid:proposal_id>/withdraw",
        ProposalWithdrawalEndpoint.as_view(),
        name="proposal-withdraw",
    ),
    path("v1/jobs", JobListEndpoint.as_view(), name="jobs"),
    path("v1/jobs/<uuid:job_id>", JobEndpoint.as_view(), name="job"),
    path("v1/journals/<int:journal_id>/proof", ProofEndpoint.as_view(), name="journal-proof"),
    path("v1/verifications", VerificationListEndpoint.as_view(), name="verifications"),
    path("v1/verifications/state", VerificationStateEndpoint.as_view(), name="verification-state"),
    path("v1/alarms", AlarmListEndpoint.as_view(), name="alarms"),
    path(
        "v1/alarms/<int:alarm_id>/acknowledge",
        AlarmAcknowledgementEndpoint.as_view(),
        name="alarm-acknowledge",
    ),
    path("v1/calculators/awards", AwardsEndpoint.as_view(), name="calculate-awards"),
    path("v1/calculators/fees", FeesEndpoint.as_view(), name="calculate-fees"),
]
