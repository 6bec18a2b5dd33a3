-- Get complete recommendation with all targets and options
WITH targets AS (
    SELECT reco_id, 
           json_agg(json_build_object(
               'ordinal', ordinal,
               'name', name,
               'value', value,
               'confidence', confidence
           ) ORDER BY ordinal) as target_list
    FROM reco_targets
    GROUP BY reco_id
),
option_targets AS (
    SELECT reco_id,
           json_agg(json_build_object(
               'ordinal', ordinal,
               'value', value,
               'confidence', confidence
           ) ORDER BY ordinal) as option_target_list
    FROM option_targets
    GROUP BY reco_id
)
SELECT r.*,
       t.target_list,
       o.option_type, o.strike, o.expiry, o.option_entry_price, o.greeks,
       ot.option_target_list
FROM recommendations r
LEFT JOIN targets t ON r.reco_id = t.reco_id
LEFT JOIN option_ideas o ON r.reco_id = o.reco_id
LEFT JOIN option_targets ot ON r.reco_id = ot.reco_id
WHERE r.symbol = 'NVDA'
ORDER BY r.asof DESC
LIMIT 1;
