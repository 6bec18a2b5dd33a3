/// What a store says of itself to other processes: the file `status` in its journal's folder.
#pragma once

#include <filesystem>

#include <tradewind/store.hpp>

#include "store/file.hpp"

namespace tradewind::store {

class StatusFile {
 public:
  explicit StatusFile(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// In place and without a flush: who reads in between sees that it is not whole. Nothing depends on it: if
  /// it can't be written, its readers see that it gets old.
  void write(const StoreStatus& status) noexcept;

 private:
  void open();

  std::filesystem::path folder_;
  File file_;
};

}  // namespace tradewind::store
