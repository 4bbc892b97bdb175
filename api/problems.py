"""The one table from refusal codes to HTTP statuses, and problem details (RFC 9457) of refusals.

400 can't be understood as it stands, 401 nobody is signed in, 403 somebody who may not, 404 nothing
there for you, 409 in conflict with what is recorded now, 422 understood and against a rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as dataclass_field
from http import HTTPStatus

from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer

from errors import Refusal

_CODES_BY_STATUS: dict[int, str] = {
    400: """
        malformed_json empty_input input_not_utf8 nested_too_deeply
        not_an_object not_a_list missing_field unknown_field duplicate_field conflicting_fields wrong_type
        unknown_table_format malformed_table missing_column unknown_column duplicate_column table_faults
        empty_text text_too_long unstorable_text unknown_choice value_not_allowed invalid_value
        duplicate_id unknown_id
        malformed_id malformed_base64 malformed_date malformed_decimal malformed_integer
        malformed_timestamp timestamp_without_zone
        malformed_quantity too_many_decimals quantity_out_of_range amount_out_of_range quantity_not_positive
        not_an_integer not_a_number number_too_long number_out_of_range negative_number fraction_needs_exact
        price_not_positive percent_out_of_range currency_not_supported
        dates_reversed empty_period malformed_tiers duplicate_rate minimum_above_request
        limit_out_of_range malformed_cursor malformed_idempotency_key no_materials
        reason_missing text_missing text_not_storable value_too_long
        malformed_username weak_password unknown_role malformed_policy_value unknown_policy_value
        policy_value_out_of_bounds expiry_in_the_past
        unknown_scope no_scopes expiry_too_far overlap_out_of_range
        delegation_too_long decision_without_reason malformed_code malformed_country malformed_lei
        malformed_job malformed_schedule malformed_journal malformed_account empty_journal same_account
        too_many_transfers malformed_period malformed_range acknowledgement_without_reason
        malformed_digest signature_wrong
        export_malformed export_truncated export_hash_wrong export_version_unknown
        document_empty document_too_large net_above_gross malformed_rate_card malformed_month
        arrived_above_departed
        statement_out_of_order
    """,
    401: "not_authenticated invalid_key mistyped_key sign_in_failed",
    403: """
        csrf_failed permission_denied role_required self_approval system_user_acts
        firm_role_required accepted_by_receiver released_by_stopper verified_by_recorder import_needs_owner
        scope_missing scope_not_held expiry_beyond_key not_key_holder
    """,
    404: """
        not_found unknown_proposal api_key_not_found job_not_found outbox_event_not_found firm_not_found
        material_not_found material_list_not_found facility_not_found trader_not_found tranche_not_found
        purchase_order_not_found lot_not_found draw_not_found loan_payment_not_found
        lender_statement_not_found lender_finding_not_found annual_use_not_found
        agreement_not_found commitment_not_found
        unknown_journal seal_not_found alarm_not_found pending_unknown fee_run_not_found invoice_not_found
        move_not_found stock_count_not_found
        disruption_not_found round_not_found round_request_not_found award_not_found drawdown_not_found
    """,
    405: "method_not_allowed",
    406: "not_acceptable",
    409: """
        constraint_refused username_taken code_taken duplicate_lei firm_user_exists annual_use_exists
        annual_use_verified
        proposal_open proposal_not_open proposal_expired proposal_changed proposal_stale role_not_delegable
        key_not_live key_already_replaced too_many_keys
        job_key_conflict job_not_replayable job_not_cancellable
        outbox_key_conflict outbox_event_not_replayable
        idempotency_conflict attribution_key_conflict already_reversed nothing_to_reverse
        book_conflict account_conflict account_closed account_not_empty period_already_closed
        pending_already_resolved pending_expired statement_changed
        journal_not_sealed alarm_ended
        export_target_exists export_target_foreign ledger_not_empty
        nothing_new wrong_state exit_unsettled transfer_blocked commitment_ended
        order_closed order_has_lots_waiting lot_decided
        lot_wrong_state move_wrong_state stock_count_settled count_before_adjustment
        order_closed order_has_lots_waiting lot_decided reversed_before finding_cleared
        document_already_used nothing_to_pay rate_card_overlap rate_card_in_billed_month
        fee_run_not_drafted fee_run_blocked
        invoice_not_final final_invoice_unchanged
        disruption_wrong_state disruption_overlaps disruption_has_round
        round_wrong_state round_unsettled result_changed drawdown_wrong_state lot_already_replenished
    """,
    413: "body_too_large too_many_items too_many_rows",
    415: "unsupported_media_type",
    422: """
        idempotency_key_reused policy_in_the_past policy_unchanged no_policy_in_force
        insufficient_balance limit_exceeded pending_amount_exceeded effective_too_far_ahead reversal_differs
        period_closed period_not_over export_partial export_inconsistent
        attributed_before_accepted
        effective_in_future day_in_future period_too_long
        price_missing storage_class_not_taken capacity_exceeded funding_exceeded
        order_worth_nothing
        stock_not_free move_within_facility loss_above_lot split_not_possible
        ceiling_exceeded ceiling_below_committed draw_period_over loan_overpaid order_worth_nothing
        lot_beyond_order lot_without_order lot_mismatch document_missing
        lei_missing commitment_outside_agreement transfer_within_firm rights_exceeded
        carrying_basis_not_offered fee_month_not_over missing_rate missing_fixed_price
        holding_below_zero nothing_to_share_by
        rule_not_for_rounds rounding_single_shot rounding_above_pool effective_at_out_of_range
        cut_off_in_past cut_off_passed window_still_open
        material_not_disrupted below_allocation_unit firm_not_active disruption_open replenishment_overdue
        position_exceeded cap_exceeded stock_short needed_in_past nothing_to_replenish lot_not_for_drawdown
    """,
    429: "throttled",
    500: """
        internal_error no_transaction open_transaction closing_after_posting wrong_isolation
        journal_not_as_sealed signing_key_missing signing_key_unfit
        mirror_broken wrong_book unknown_book unknown_account
        unknown_job_kind unknown_outbox_topic job_not_done rest_call_failed
    """,
    503: "database_unavailable ledger_busy",
}

STATUS_BY_CODE: dict[str, int] = {
    code: status for status, codes in _CODES_BY_STATUS.items() for code in codes.split()
}
"""Every refusal code of the service with the HTTP status it is sent with."""

PROBLEM_MEDIA_TYPE = "application/problem+json"
"""What every error is sent as."""

STATUS_OF_UNLISTED = 409
"""A test keeps every code in the table; should one be missing, the caller still learns what happened."""


def status_of(code: str) -> int:
    """The HTTP status that a refusal's code is sent with."""
    return STATUS_BY_CODE.get(code, STATUS_OF_UNLISTED)


def title_of(code: str) -> str:
    """The code as a short phrase."""
    return code.replace("_", " ").capitalize()


def problem_type(code: str) -> str:
    """The address that names the kind of problem and explains it."""
    return f"/api/problems/{code}"


@dataclass(frozen=True)
class Problem:
    """One cause: its code, a sentence about this case, the input at fault, further facts ready for JSON."""

    code: str
    detail: str
    field: str | None = None
    details: Mapping[str, object] = dataclass_field(default_factory=dict)


def problem_of_refusal(refusal: Refusal, names: Mapping[str, str] | None = None) -> Problem:
    """What a refusal says. `names` tells what the door calls the inputs of the service below."""
    field = refusal.field
    return Problem(refusal.code, refusal.message, (names or {}).get(field or "", field), refusal.details)


def problem_body(problems: Sequence[Problem]) -> dict[str, object]:
    """Problem details of the first problem; `errors` lists all of them if there are several."""
    first = problems[0]
    body: dict[str, object] = {
        "type": problem_type(first.code),
        "title": title_of(first.code),
        "status": status_of(first.code),
        **asdict(first),
    }
    if len(problems) > 1:
        body["errors"] = [asdict(problem) for problem in problems]
    return body


def problem_response(*problems: Problem) -> HttpResponse:
    """The HTTP answer that problems are sent as."""
    status = status_of(problems[0].code)
    content = JSONRenderer().render(problem_body(problems))
    response = HttpResponse(content, status=status, content_type=PROBLEM_MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="strongroom"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "1"
    return response
