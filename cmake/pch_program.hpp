// Precompiled for the program.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "pch.hpp"
