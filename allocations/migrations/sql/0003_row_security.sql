select governance_guard_rows(guarded::regclass, 'firm_id = any ((select public.governance_firms())::uuid[])')
from unnest(array['allocations_drawdown', 'allocations_roundrequest', 'allocations_award']) as guarded;
select governance_guard_rows(guarded::regclass,
    'exists (select from public.allocations_drawdown drawdown where drawdown.id = drawdown_id)')
from unnest(array['allocations_drawdowntransition', 'allocations_replenishment']) as guarded;

-- A closed round carries its snapshot, with every firm's figures; outcomes are totals over all firms.
select governance_guard_rows('allocations_round',
    'snapshot = '''' and (select current_setting(''strongroom.acts_for'', true)) = ''firms''');
select governance_guard_rows('allocations_roundmaterial');
