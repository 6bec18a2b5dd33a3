/// The port's optional capability to say what is wrong with a database.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tradewind/doctor.hpp>
#include <vector>

#include "database/connection.hpp"

namespace tradewind::database {

struct ExaminerOptions {
  double long_seconds = 60;  ///< from when on waiting and open transactions are bad
  bool deep = false;         ///< whatever time it takes
};

struct Check {
  std::string_view name;
  std::function<std::vector<Diagnosis>(Connection&, const ExaminerOptions&)> run;
};

/// Stateless; safe to share between threads.
class Examiner {
 public:
  virtual ~Examiner() = default;
  /// In the order in which their findings are shown.
  virtual std::vector<Check> checks() const = 0;
};

}  // namespace tradewind::database
