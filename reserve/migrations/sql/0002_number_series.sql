-- Numbers of orders, lots and payments. A sequence never hands out a number twice and never waits;
-- a rolled back transaction leaves a gap, which these series may have.
create sequence reserve_purchase_order_number;
create sequence reserve_lot_number;
create sequence reserve_trader_payment_number;

grant usage on sequence reserve_purchase_order_number to strongroom_service;
grant usage on sequence reserve_lot_number to strongroom_service;
grant usage on sequence reserve_trader_payment_number to strongroom_service;
