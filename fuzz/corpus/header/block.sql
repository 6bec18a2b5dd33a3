/*
-- Depends: a
/* b */ */
-- Depends: c
