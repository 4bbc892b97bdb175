-- The canonical bytes of ledger/domain/canonical.py and ledger/domain/seals.py once more, so that a
-- million fingerprints are recomputed where the rows are. Version 1. Whatever these find wrong is looked
-- at again by the Python code, which is the reference; test vectors hold them together. They are plain
-- functions without settings, so that the planner puts their bodies into the query.

create function ledger_bytes_of_text(value text) returns bytea
language sql stable parallel safe as
$$ select int4send(octet_length(value)) || convert_to(value, 'UTF8') $$;

create function ledger_bytes_of_number(value bigint) returns bytea
language sql immutable parallel safe as
$$ select case when value is null then '\xffffffff'::bytea else '\x00000008'::bytea || int8send(value) end $$;

-- Null for an infinite time: no journal was ever posted with one.
create function ledger_bytes_of_time(value timestamptz) returns bytea
language sql stable parallel safe as $$
    select case when value is null then '\xffffffff'::bytea
        when isfinite(value) then '\x00000008'::bytea || int8send((extract(epoch from value) * 1000000)::bigint)
        end
$$;

create function ledger_bytes_of_day(value date) returns bytea
language sql immutable parallel safe as $$
    select case when value is null then '\xffffffff'::bytea
        when isfinite(value) then '\x00000008'::bytea || int8send((value - date '1970-01-01')::bigint) end
$$;

-- The leaf of a journal in the tree of its seal.
create function ledger_seal_leaf(
    journal_id bigint, recorded_at timestamptz, fingerprint_version integer, fingerprint bytea
) returns bytea
language sql stable parallel safe as $$
    select sha256(
        -- 00, then "strongroom leaf", 00, 01; each number with its count of 8 before it.
        '\x007374726f6e67726f6f6d206c656166000100000008'::bytea || int8send(journal_id)
        || ledger_bytes_of_time(recorded_at) || '\x00000008'::bytea
        || int8send(fingerprint_version::bigint) || int4send(octet_length(fingerprint)) || fingerprint)
$$;

-- The root of the tree over leaves that are given one after the other. Level by level, each two
-- neighbours become one and a last one without a neighbour goes up as it is: the tree of RFC 6962.
create function ledger_merkle_root(leaves bytea) returns bytea
language plpgsql immutable strict parallel safe set search_path = pg_catalog, public, pg_temp as $$
declare
    level bytea := leaves;
    pairs integer;
begin
    while octet_length(level) > 32 loop
        pairs := octet_length(level) / 64;
        level := (
            select string_agg(
                sha256('\x01'::bytea || substring(level from place * 64 + 1 for 64)), ''::bytea order by place)
            from generate_series(0, pairs - 1) as place
        ) || substring(level from pairs * 64 + 1);
    end loop;
    return level;
end $$;

-- The hash of a seal: every field of its header.
create function ledger_seal_hash(
    number bigint, first_journal bigint, last_journal bigint, journal_count bigint, root bytea,
    previous_hash bytea, sealed_at timestamptz
) returns bytea
language sql stable parallel safe as $$
    select sha256(
        -- "strongroom seal", 00, 01.
        '\x7374726f6e67726f6f6d207365616c0001'::bytea
        || ledger_bytes_of_number(number) || ledger_bytes_of_number(first_journal)
        || ledger_bytes_of_number(last_journal) || ledger_bytes_of_number(journal_count)
        || int4send(octet_length(root)) || root || int4send(octet_length(previous_hash)) || previous_hash
        || ledger_bytes_of_time(sealed_at))
$$;
