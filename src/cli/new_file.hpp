#pragma once

#include <filesystem>
#include <string_view>

namespace tradewind::cli {

/// Writes a file that is not there yet, and its folders; false if it is there already, whoever made it.
/// Throws Error.
bool write_new(const std::filesystem::path& path, std::string_view text);

/// Throws Error.
void make_folder(const std::filesystem::path& path);

}  // namespace tradewind::cli
