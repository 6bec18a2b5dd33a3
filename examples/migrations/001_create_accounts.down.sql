-- Migration: 001_create_accounts
-- Description: Undo: accounts, with what they hold

DROP TABLE accounts;
