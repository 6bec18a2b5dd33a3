#include "migration/progress.hpp"

#include "base/text.hpp"

namespace tradewind::migration {

using database::Role;

Progress::Progress(std::span<LoadedStep> steps, std::size_t first_index, std::size_t plan_size,
                   Observer* observer, bool atomic, std::optional<std::uint32_t> finishing_unit)
    : steps_(steps),
      first_index_(first_index),
      plan_size_(plan_size),
      observer_(observer),
      atomic_(atomic),
      finishing_unit_(finishing_unit) {
  if (!steps_.empty()) start(0);
}

void Progress::start(std::size_t step) {
  started_ = step + 1;
  statements_ = 0;
  const Script* script = steps_[step].script.get();
  const std::size_t total = script == nullptr ? 0 : script->statements().size();
  if (observer_ != nullptr)
    observer_->step_started(steps_[step].result(), first_index_ + step, plan_size_, total);
}

void Progress::finish(std::size_t step) {
  if (steps_[step].finished) return;
  steps_[step].finished = true;
  if (observer_ != nullptr) observer_->step_finished(steps_[step].result(), first_index_ + step, plan_size_);
}

void Progress::done(const database::Tag& tag, std::string_view value) {
  const std::size_t step = finishing_unit_ ? 0 : tag.unit;
  if (step >= started_) start(step);
  if (tag.role == Role::statement && observer_ != nullptr) {
    observer_->statement_done(steps_[step].result(), ++statements_, steps_[step].script->statements().size());
  }
  const bool finishing = !finishing_unit_ || *finishing_unit_ == tag.unit;
  if (tag.role == Role::history && finishing && steps_[step].execution_time_ms == 0) {
    steps_[step].execution_time_ms = base::number<double>(value).value_or(0);
  }
  if (tag.role != Role::commit || !finishing) return;
  for (std::size_t i = atomic_ ? 0 : step; i <= step; ++i) finish(i);
}

void Progress::notice(std::string_view text) {
  if (observer_ != nullptr) observer_->notice(text);
}

void Progress::waiting(std::string_view who) {
  if (observer_ != nullptr) observer_->waiting(who);
}

}  // namespace tradewind::migration
