-- Migration: 002_create_orders
-- Description: Undo: orders, with what was placed

DROP TABLE orders;
