/* a /* b */ -- Depends: c
