-- Migration: 002_create_orders
-- Description: Orders and the index that the blotter reads
-- Created: 2026-11-21
-- Depends: 001_create_accounts

CREATE TABLE orders (
    order_id    bigint PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES accounts (account_id),
    symbol      text NOT NULL,
    side        text NOT NULL CHECK (side IN ('BUY', 'SELL')),
    quantity    numeric(20, 8) NOT NULL CHECK (quantity > 0),
    limit_price numeric(20, 8) CHECK (limit_price > 0),
    placed_at   timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX orders_by_account ON orders (account_id, placed_at);
