/* a script that begins with a comment; */ -- and another;
;
/* nested /* comments; */ count; */ SELECT 1; /**/ SELECT /***/ 2; /*/**/*/ SELECT 3 /* ; */;
--
-- ; '
SELECT 4 --;
  , 5 -- '
;-- right after
SELECT 6;--
/* it's "open $$ */ SELECT 7;
SELECT 8 /* last; */ ; -- the end;
-- one more with no statement behind it;
