-- The decision's further columns may be written, what was proposed may not.
grant update (decided_person, decided_with_key_id) on governance_proposal to strongroom_service;

-- Whoever decides is none of the persons whose authority the proposal rests on, whatever account or key is used.
alter table governance_proposal add constraint governance_proposal_other_person
    check (decided_person is null or not jsonb_exists(authority, decided_person::text)) not valid;
alter table governance_proposal validate constraint governance_proposal_other_person;

alter table governance_proposal add constraint governance_proposal_decision_names_person
    check ((decided_by_id is null) = (decided_person is null)) not valid;
alter table governance_proposal validate constraint governance_proposal_decision_names_person;
