-- What was recorded of a loan stays as it was: rates, ceilings, accruals, payments, corrections, lapses and the
-- lender's statements are only added to. A finding can only be cleared.
revoke update, delete, truncate on
    reserve_fundingrate,
    reserve_fundingceiling,
    reserve_loanaccrual,
    reserve_loanpayment,
    reserve_fundingreversal,
    reserve_fundinglapse,
    reserve_lenderstatement,
    reserve_lenderstatementline,
    reserve_lenderfinding
from strongroom_service;
grant update (cleared_by_id, cleared_at, cleared_reason) on reserve_lenderfinding to strongroom_service;
