-- What was recorded once stays as it was: steps of firms' lives and attributions. The service may add to
-- them and read them.
revoke update, delete on
    members_firmtransition,
    members_attributionrun,
    members_attributionline
from strongroom_service;
