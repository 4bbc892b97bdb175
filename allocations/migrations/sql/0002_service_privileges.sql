-- Awards, outcomes, steps and replenishments are written once.
revoke update, delete, truncate on allocations_award, allocations_roundmaterial, allocations_roundsnapshot
    from strongroom_service;
revoke update, delete, truncate on allocations_drawdowntransition, allocations_replenishment from strongroom_service;

-- Nothing of a disruption, a round or a drawdown is ever deleted.
revoke delete, truncate on allocations_disruption, allocations_disruptionmaterial from strongroom_service;
revoke delete, truncate on allocations_round, allocations_roundrequest from strongroom_service;
revoke delete, truncate on allocations_drawdown from strongroom_service;

-- A snapshot's hash is frozen from the moment it is taken, a result from the moment it is computed.
create function allocations_keep_round_frozen() returns trigger language plpgsql as $$
begin
    if (old.snapshot_sha256 <> '' and new.snapshot_sha256 is distinct from old.snapshot_sha256)
        or (old.result_sha256 <> '' and new.result_sha256 is distinct from old.result_sha256) then
        raise exception 'the snapshot and the result of round % are frozen', old.id
            using errcode = 'check_violation', constraint = 'allocations_round_frozen';
    end if;
    return new;
end
$$;

create trigger allocations_round_frozen before update on allocations_round
    for each row execute function allocations_keep_round_frozen();
