-- Order of entry of commitments. Commitments made in one call carry the same time; the one named first
-- counts as the older. A rolled back transaction leaves a gap, which does no harm.
create sequence members_commitment_ordinal;
grant usage on sequence members_commitment_ordinal to strongroom_service;
