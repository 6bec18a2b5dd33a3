#pragma once

#include <memory>
#include <string>
#include <vector>

#include "migration/files.hpp"

namespace tradewind::formats {

/// Files of goose (`-- +goose Up`, `-- +goose Down`) and dbmate (`-- migrate:up`, `-- migrate:down`), which
/// hold both directions, seen as the native NAME.up.sql and NAME.down.sql. Lines keep their numbers: those of
/// the other direction read as empty. All other files pass through as they are.
///
/// Throws Error{unsupported} for goose's ENVSUB: what would run is not what the file says.
std::shared_ptr<const migration::Files> with_sections(std::shared_ptr<const migration::Files> files);

}  // namespace tradewind::formats
