-- Comments between the parts of one literal: the server takes them, psql and the parser library do not.
SELECT E'a' -- it's;
  'b\';' AS one;
SELECT 'a' -- ;
  -- ';
  'c;' AS two, E'x\'' -- ;

 -- '
 '\'y;' AS three;
SELECT E'a' /* no line end, no continuation */ || '\' AS four;
