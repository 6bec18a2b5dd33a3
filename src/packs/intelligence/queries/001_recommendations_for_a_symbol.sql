-- Get all recommendations for a symbol
SELECT r.*, 
       json_agg(json_build_object(
           'ordinal', t.ordinal,
           'value', t.value,
           'confidence', t.confidence
       ) ORDER BY t.ordinal) as targets
FROM recommendations r
LEFT JOIN reco_targets t ON r.reco_id = t.reco_id
WHERE r.symbol = 'AAPL'
GROUP BY r.reco_id
ORDER BY r.asof DESC;
