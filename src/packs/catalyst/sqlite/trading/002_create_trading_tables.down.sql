-- Migration: 002_create_trading_tables
-- Description: Drop the views, performance_metrics, portfolio_snapshots, fills and orders

DROP VIEW v_performance_summary;

DROP VIEW v_equity_curve;

DROP VIEW v_order_fill_stats;

DROP VIEW v_recent_orders;

DROP TABLE performance_metrics;

DROP TABLE portfolio_snapshots;

DROP TABLE fills;

DROP TABLE orders;
