-- Migration: 002_create_orders
-- Description: Check: every column is there

SELECT order_id, account_id, symbol, side, quantity, limit_price, placed_at FROM orders WHERE 1 = 0;
