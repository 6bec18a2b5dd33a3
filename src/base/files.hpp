#pragma once

#include <filesystem>
#include <string>

namespace tradewind::base {

/// A file's bytes. Throws Error{source_unreadable} for what can't be read or is no regular file (a FIFO would
/// block for ever). Symbolic links are followed.
std::string read_file(const std::filesystem::path& path);

/// user@host, for records.
std::string user_at_host();

}  // namespace tradewind::base
