#pragma once

#include <span>

#include <tradewind/observer.hpp>

#include "database/command.hpp"
#include "migration/loaded_step.hpp"

namespace tradewind::migration {

/// Hears the answers of a run and tells the observer; marks steps as finished.
class Progress : public database::Listener {
 public:
  /// `finishing_unit`: only commits of this unit finish a step (the others are parts of one); none: each
  /// commit does. `atomic`: the one commit finishes all of them.
  Progress(std::span<LoadedStep> steps, std::size_t first_index, std::size_t plan_size, Observer* observer,
           bool atomic = false, std::optional<std::uint32_t> finishing_unit = std::nullopt);

  void done(const database::Tag& tag, std::string_view value) override;
  void notice(std::string_view text) override;
  void waiting(std::string_view who) override;

 private:
  void start(std::size_t step);
  void finish(std::size_t step);

  std::span<LoadedStep> steps_;
  std::size_t first_index_;
  std::size_t plan_size_;
  Observer* observer_;
  bool atomic_;
  std::optional<std::uint32_t> finishing_unit_;
  std::size_t started_ = 0;
  std::size_t statements_ = 0;
};

}  // namespace tradewind::migration
