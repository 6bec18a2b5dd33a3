#pragma once

#include <functional>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace tradewind::base {

/// What `function`, or a member as `&Applied::version`, gives for each element, in their order.
template <typename Range, typename Function>
auto mapped(Range&& range, const Function& function) {
  using Result = std::invoke_result_t<const Function&, decltype(*std::begin(range))>;
  std::vector<std::decay_t<Result>> results;
  results.reserve(std::size(range));
  for (auto&& element : range)
    results.push_back(std::invoke(function, std::forward<decltype(element)>(element)));
  return results;
}

}  // namespace tradewind::base
