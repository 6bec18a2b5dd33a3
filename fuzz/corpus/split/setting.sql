SET standard_conforming_strings = off;
SELECT 'a\';', N'b\\';
RESET ALL;
SELECT '\';
