#include "cli/output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace tradewind::cli {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool is_dumb() {
  const char* terminal = std::getenv("TERM");
  return terminal == nullptr || std::string_view(terminal) == "dumb";
}

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// The first characters that fit: a longer line would wrap, and could not be erased.
std::string_view shortened(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  for (std::size_t seen = 0; bytes < text.size(); ++bytes) {
    const bool starts = (static_cast<unsigned char>(text[bytes]) & 0xC0) != 0x80;
    if (starts && ++seen > columns) break;
  }
  return text.substr(0, bytes);
}

}  // namespace

void Output::configure(bool json, bool quiet, bool no_colour) {
  json_ = json;
  quiet_ = quiet;
  const bool colours = !no_colour && !is_set("NO_COLOR") && !is_dumb();
  out_style_ = Style(colours && ::isatty(STDOUT_FILENO) == 1);
  err_style_ = Style(colours && ::isatty(STDERR_FILENO) == 1);
  live_ = !quiet && !is_dumb() && ::isatty(STDERR_FILENO) == 1;
}

void Output::product(std::string_view text) {
  if (!json_) write_out(text);
}

void Output::say(std::string_view text) {
  if (!quiet_) write_err(text);
}

void Output::error(std::string_view text) {
  write_err(text);
}

void Output::document(const Json& document) {
  write_out(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

void Output::draw(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (!live_) return;
  const std::string text = fmt::format("\r\x1b[K{}", shortened(line, terminal_columns() - 1));
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void Output::erase() {
  const std::lock_guard lock(mutex_);
  erase_locked();
}

bool Output::finish() {
  erase();
  if (std::fflush(stdout) != 0 && out_error_ == 0) out_error_ = errno;
  return out_error_ == 0 || out_error_ == EPIPE;
}

void Output::write_out(std::string_view text) {
  const std::lock_guard lock(mutex_);
  erase_locked();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() && out_error_ == 0) out_error_ = errno;
}

void Output::write_err(std::string_view text) {
  const std::lock_guard lock(mutex_);
  erase_locked();
  // Both may be one file: in the order in which they were said.
  if (std::fflush(stdout) != 0 && out_error_ == 0) out_error_ = errno;
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Output::erase_locked() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

}  // namespace tradewind::cli
