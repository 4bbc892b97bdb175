-- Losses, later assays and lists of allied countries stay as they were. The service may add to them and
-- read them.
revoke update, delete on
    reserve_stockloss,
    reserve_lotassay,
    reserve_alliedcountries
from strongroom_service;
