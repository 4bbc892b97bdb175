-- A transfer of rights stays as it was. The service may add to them and read them.
revoke update, delete on members_rightstransfer from strongroom_service;
