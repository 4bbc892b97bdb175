-- What was proposed is frozen: the service may change only the columns of the decision.
revoke update, delete, truncate on governance_proposal from strongroom_service;
grant update (state, decided_by_id, decided_at, decision_reason) on governance_proposal to strongroom_service;

-- Policy versions are append-only.
revoke update, delete, truncate on governance_policyversion from strongroom_service;

-- A user and a key are never deleted, only deactivated or revoked: decisions name them.
revoke delete, truncate on governance_user from strongroom_service;
revoke delete, truncate on governance_apikey from strongroom_service;
