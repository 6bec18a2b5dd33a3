-- Get recommendations with options
SELECT r.symbol, r.side, r.confidence_overall,
       o.option_type, o.strike, o.expiry,
       o.greeks->>'delta' as delta
FROM recommendations r
INNER JOIN option_ideas o ON r.reco_id = o.reco_id
WHERE r.asof > NOW() - INTERVAL '7 days'
ORDER BY r.confidence_overall DESC;
