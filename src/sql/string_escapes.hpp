#pragma once

#include "sql/phrase.hpp"
#include "sql/statement.hpp"

namespace tradewind::sql {

/// Follows standard_conforming_strings through a script: whether a backslash escapes in a plain string.
class StringEscapes {
 public:
  /// Takes note of a statement; true if the setting is another after it.
  bool observe(Phrase phrase, Kind kind);
  bool on() const { return now_; }

 private:
  void set(Phrase phrase);

  bool now_ = false;
  bool session_ = false;       // what SET LOCAL leaves after COMMIT
  bool before_begin_ = false;  // what ROLLBACK leaves
  bool in_transaction_ = false;
};

}  // namespace tradewind::sql
