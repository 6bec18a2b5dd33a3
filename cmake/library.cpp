// The shared library is the core, linked whole; this file only gives the target a source of its own.
