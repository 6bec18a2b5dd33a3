#include <unistd.h>

#include <cctype>

#include <fmt/format.h>

#include "api/project_file.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace tradewind {
namespace api {
namespace {

bool starts_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool continues_name(char c) {
  return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/// Messages show no line of the file: it holds passwords.
class EnvironmentReader {
 public:
  EnvironmentReader(std::string_view text, const std::filesystem::path& path)
      : text_(text), path_(path.string()) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  Environment read() {
    Environment result;
    while (skip_to_line()) {
      const std::string name = read_name();
      skip_blanks();
      if (at_line_end() && exported_) continue;
      if (peek() != '=') throw problem(fmt::format("there is no = after \"{}\"", name));
      ++position_;
      skip_blanks();
      result[name] = read_value();
    }
    return result;
  }

 private:
  char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }
  bool at_end() const { return position_ >= text_.size(); }
  bool at_line_end() const { return at_end() || peek() == '\n' || peek() == '#'; }
  void skip_blanks() {
    while (!at_end() && is_blank(peek())) ++position_;
  }
  void skip_line() {
    while (!at_end() && peek() != '\n') ++position_;
  }

  /// To the next line that says something.
  bool skip_to_line() {
    while (!at_end()) {
      skip_blanks();
      if (peek() == '#') skip_line();
      if (at_end()) return false;
      if (peek() != '\n') return true;
      ++position_;
    }
    return false;
  }

  std::string read_word() {
    const std::size_t begin = position_;
    while (!at_end() && continues_name(peek())) ++position_;
    return std::string(text_.substr(begin, position_ - begin));
  }

  std::string read_name() {
    std::string word = starts_name(peek()) ? read_word() : std::string();
    exported_ = word == "export" && is_blank(peek());
    if (exported_) {
      skip_blanks();
      word = starts_name(peek()) ? read_word() : std::string();
    }
    if (word.empty()) throw problem("a line must begin with a variable's name");
    return word;
  }

  std::string read_value() {
    if (peek() != '"' && peek() != '\'') return read_bare();
    std::string value = peek() == '"' ? read_double_quoted() : read_single_quoted();
    skip_blanks();
    if (!at_line_end()) throw problem("there is text after the closing quote");
    skip_line();
    return value;
  }

  std::string read_bare() {
    const std::size_t begin = position_;
    while (!at_end() && peek() != '\n') {
      if (peek() == '#' && (position_ == begin || is_blank(text_[position_ - 1]))) break;
      ++position_;
    }
    const std::string_view value = text_.substr(begin, position_ - begin);
    skip_line();
    return std::string(base::trimmed(value));
  }

  std::string read_single_quoted() {
    const std::size_t end = text_.find('\'', position_ + 1);
    if (end == std::string_view::npos) throw problem("the quote is not closed");
    std::string value(text_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    return value;
  }

  std::string read_double_quoted() {
    const std::size_t begin = position_++;
    std::string value;
    while (!at_end() && peek() != '"') {
      if (peek() == '\\' && position_ + 1 < text_.size()) {
        value += unescaped(text_[++position_]);
      } else {
        value += peek();
      }
      ++position_;
    }
    if (at_end()) {
      position_ = begin;
      throw problem("the quote is not closed");
    }
    ++position_;
    return value;
  }

  static std::string unescaped(char c) {
    if (c == 'n') return "\n";
    if (c == 'r') return "\r";
    if (c == 't') return "\t";
    if (c == '"' || c == '\\' || c == '$') return std::string(1, c);
    return std::string("\\") + c;
  }

  Error problem(const std::string& message) const {
    const std::string_view before = text_.substr(0, position_);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const std::size_t begin = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
    return Error(Code::configuration, message,
                 "write NAME=value, with quotes around a value that holds # or spaces")
        .at({path_, line, position_ - begin + 1});
  }

  std::string_view text_;
  std::string path_;
  std::size_t position_ = 0;
  bool exported_ = false;
};

}  // namespace

Environment parse_environment_file(std::string_view text, const std::filesystem::path& path) {
  return EnvironmentReader(text, path).read();
}

}  // namespace api

Environment environment(const std::filesystem::path& working_directory) {
  Environment result;
  const std::filesystem::path path = (working_directory / ".env").lexically_normal();
  std::error_code error;
  // A folder of this name is a Python environment's.
  if (std::filesystem::is_regular_file(path, error)) {
    result = api::parse_environment_file(base::read_file(path), path);
  }
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      result[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  }
  return result;
}

}  // namespace tradewind
