/// Where the program's words go: its product to standard output, everything else for people to standard
/// error.
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "cli/style.hpp"

namespace tradewind::cli {

/// Keeps keys in the order in which they were set.
using Json = nlohmann::ordered_json;

/// Safe for the thread that draws the live line beside the one that works.
class Output {
 public:
  /// What --json, --quiet and --no-color say; before, it is as without them.
  void configure(bool json, bool quiet, bool no_colour);

  bool json() const { return json_; }
  /// The live line is drawn: standard error is a terminal, and nothing speaks against it.
  bool live() const { return live_; }
  const Style& out_style() const { return out_style_; }
  const Style& err_style() const { return err_style_; }

  /// Text for people that was asked for, such as a table; left out with --json.
  void product(std::string_view text);
  /// Progress and summaries; left out with --quiet.
  void say(std::string_view text);
  /// Always.
  void error(std::string_view text);
  void document(const Json& document);

  /// Draws one line over the last one; the next text erases it. Only if live().
  void draw(std::string_view line);
  void erase();

  /// Flushes. False if standard output could not take everything; a reader that went away is no failure.
  bool finish();

 private:
  void write_out(std::string_view text);
  void write_err(std::string_view text);
  void erase_locked();

  std::mutex mutex_;
  bool json_ = false;
  bool quiet_ = false;
  bool live_ = false;
  bool drawn_ = false;
  int out_error_ = 0;
  Style out_style_;
  Style err_style_;
};

}  // namespace tradewind::cli
