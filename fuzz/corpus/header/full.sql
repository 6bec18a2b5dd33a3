-- Migration: 003_add
-- Description: Add: it
-- Created: 2026-01-14
-- Depends: 001_a, 002_b
-- Transaction: off
-- Lint: allow drop-column (why, (because)), truncate
SELECT 1;
-- Depends: 9
