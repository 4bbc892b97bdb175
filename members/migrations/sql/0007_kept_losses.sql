-- What a position lost stays as it was. The service may add to it and read it.
revoke update, delete on members_positionloss from strongroom_service;
