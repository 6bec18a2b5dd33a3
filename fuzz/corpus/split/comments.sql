/* a /* b; */ c; */ SELECT 1 -- d;
; SELECT 2 <-- e;
 3;;