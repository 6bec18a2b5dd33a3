SELECT 'a''b;', "c""d;", E'e\';', U&'f\0061;', U&"g;", B'1', X'F', N'h;';
