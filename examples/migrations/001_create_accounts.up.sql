-- Migration: 001_create_accounts
-- Description: Accounts, one per owner and currency
-- Created: 2026-11-21

CREATE TABLE accounts (
    account_id bigint PRIMARY KEY,
    owner      text NOT NULL,
    currency   text NOT NULL CHECK (length(currency) = 3),
    balance    numeric(20, 8) NOT NULL DEFAULT 0,
    opened_at  timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (owner, currency)
);
