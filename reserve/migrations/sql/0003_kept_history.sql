-- What was recorded once stays as it was: papers of lots, prices (a revision is a newer row), payments
-- and draws. The service may add to them and read them.
revoke update, delete on
    reserve_lotdocument,
    reserve_lotdocumentcontent,
    reserve_materialprice,
    reserve_traderpayment,
    reserve_fundingdraw
from strongroom_service;
