#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "safety/schema.hpp"

namespace tradewind {
namespace {

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

bool has_lines(std::string_view value) {
  return value.find('\n') != std::string_view::npos;
}

std::string plural(std::string_view kind) {
  if (kind == "index") return "indexes";
  if (kind == "policy") return "policies";
  return kind == "statistics" ? std::string(kind) : fmt::format("{}s", kind);
}

/// Says by itself what it is.
bool speaks_for_itself(std::string_view property) {
  constexpr std::array<std::string_view, 5> names = {"type", "definition", "labels", "privileges", "command"};
  return std::find(names.begin(), names.end(), property) != names.end();
}

std::string in_short(const SchemaProperty& property) {
  if (property.value == "yes") return property.name;
  return speaks_for_itself(property.name) ? property.value
                                          : fmt::format("{} {}", property.name, property.value);
}

/// The properties of one line, then those of several.
std::string in_one_line(const std::vector<SchemaProperty>& properties) {
  std::vector<std::string> parts;
  for (const SchemaProperty& property : properties) {
    if (!has_lines(property.value)) parts.push_back(in_short(property));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void add_lines(std::string& text, std::string_view indent, const Lines& lines) {
  for (const std::string_view line : lines)
    text += fmt::format("{}{}\n", line.empty() ? base::trimmed(indent) : indent, line);
}

void add_long_ones(std::string& text, const std::string& indent,
                   const std::vector<SchemaProperty>& properties) {
  for (const SchemaProperty& property : properties) {
    if (!has_lines(property.value)) continue;
    text += fmt::format("{}{}:\n", indent, property.name);
    add_lines(text, indent + "  ", lines_of(property.value));
  }
}

class SchemaText {
 public:
  explicit SchemaText(const Schema& schema) : objects_(schema.objects) {
    text_ = fmt::format("schema of {}, {}\n", schema.engine, base::counted(objects_.size(), "object"));
  }

  std::string text() {
    for (std::size_t i = 0; i < objects_.size();) {
      if (objects_[i].of.empty()) {
        add_root(objects_[i++]);
      } else {
        i = add_group(i);
      }
    }
    return std::move(text_);
  }

 private:
  void add_root(const SchemaObject& object) {
    text_ += fmt::format("\n{} {}\n", object.kind, object.name);
    for (const SchemaProperty& property : object.properties) {
      if (has_lines(property.value)) continue;
      text_ += property.value == "yes" ? fmt::format("  {}\n", property.name)
                                       : fmt::format("  {}: {}\n", property.name, property.value);
    }
    add_long_ones(text_, "  ", object.properties);
  }

  std::size_t add_group(std::size_t begin) {
    const SchemaObject& first = objects_[begin];
    std::size_t end = begin;
    std::size_t widest = 0;
    for (; end < objects_.size() && objects_[end].of == first.of && objects_[end].kind == first.kind; ++end) {
      widest = std::max(widest, name_of(end).size());
    }
    text_ += fmt::format("  {}:\n", plural(first.kind));
    for (std::size_t i = begin; i < end; ++i) {
      const std::string line = in_one_line(objects_[i].properties);
      text_ += line.empty() ? fmt::format("    {}\n", name_of(i))
                            : fmt::format("    {:<{}}  {}\n", name_of(i), widest, line);
      add_long_ones(text_, "      ", objects_[i].properties);
    }
    return end;
  }

  std::string_view name_of(std::size_t i) const {
    return safety::short_name(objects_[i].name, objects_[i].of);
  }

  const std::vector<SchemaObject>& objects_;
  std::string text_;
};

class DifferenceText {
 public:
  std::string text(const std::vector<Difference>& differences) {
    for (const Difference& difference : differences) add(difference);
    return std::move(text_);
  }

 private:
  void add(const Difference& difference) {
    const bool child = !difference.of.empty();
    if (child && difference.of != owner_) text_ += fmt::format("  {}\n", owner_ = difference.of);
    if (!child) owner_ = difference.kind + " " + difference.name;
    const std::string indent = child ? "    " : "";
    const std::string heading = fmt::format("{}{} {} {}", indent, mark(difference), difference.kind,
                                            safety::short_name(difference.name, difference.of));
    if (difference.change == SchemaChange::changed) {
      text_ += heading + "\n";
      for (const PropertyDifference& property : difference.properties) add_change(indent + "    ", property);
    } else {
      add_whole(heading, indent + "    ", difference);
    }
  }

  static char mark(const Difference& difference) {
    if (difference.change == SchemaChange::changed) return '~';
    return difference.change == SchemaChange::only_in_a ? '-' : '+';
  }

  void add_whole(const std::string& heading, const std::string& indent, const Difference& difference) {
    const std::vector<SchemaProperty> properties =
        base::mapped(difference.properties, [](const PropertyDifference& p) {
          return SchemaProperty{p.name, p.a ? *p.a : p.b.value_or("")};
        });
    const std::string line = in_one_line(properties);
    text_ += fmt::format("{}{}{}\n", heading, line.empty() ? "" : "  ", line);
    add_long_ones(text_, fmt::format("{}{} ", indent, mark(difference)), properties);
  }

  void add_change(const std::string& indent, const PropertyDifference& property) {
    const std::string a = property.a.value_or("(none)");
    const std::string b = property.b.value_or("(none)");
    if (!has_lines(a) && !has_lines(b) && a.size() + b.size() < 100) {
      text_ += fmt::format("{}{}: {} -> {}\n", indent, property.name, a, b);
      return;
    }
    text_ += fmt::format("{}{}:\n", indent, property.name);
    Lines before = lines_of(a);
    Lines after = lines_of(b);
    leave_out_common(before, after);
    add_lines(text_, indent + "- ", before);
    add_lines(text_, indent + "+ ", after);
  }

  /// What both begin and end with.
  static void leave_out_common(Lines& a, Lines& b) {
    const auto differs = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const auto count = differs.first - a.begin();
    a.erase(a.begin(), a.begin() + count);
    b.erase(b.begin(), b.begin() + count);
    while (!a.empty() && !b.empty() && a.back() == b.back()) {
      a.pop_back();
      b.pop_back();
    }
  }

  std::string text_;
  std::string owner_;
};

}  // namespace

std::string to_text(const Schema& schema) {
  return SchemaText(schema).text();
}

std::string to_text(const std::vector<Difference>& differences) {
  return DifferenceText().text(differences);
}

}  // namespace tradewind
