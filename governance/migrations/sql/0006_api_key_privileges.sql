-- What a key is stays as it was made: its holder, scopes, digest and term. The service writes when it was used and that it ends.
revoke update on governance_apikey from strongroom_service;
grant update (last_used_at, replaced_by_id, overlap_ends_at, revoked_at, revoked_by_id) on governance_apikey
    to strongroom_service;
