#include <tradewind/error.hpp>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/sectioned_files.hpp"
#include "migration/migration.hpp"
#include "migration/script.hpp"
#include "sql/grammar.hpp"

namespace {

using tradewind::migration::Catalogue;
using tradewind::migration::LinkedFile;

/// Files are what stands between form feeds: the name on the first line, the text below it.
std::vector<LinkedFile> files_in(std::string_view input) {
  std::vector<LinkedFile> files;
  while (!input.empty()) {
    const std::string_view file = input.substr(0, input.find('\f'));
    const std::size_t name = std::min(file.find('\n'), file.size());
    if (name > 0)
      files.push_back({std::string(file.substr(0, name)), file.substr(std::min(name + 1, file.size()))});
    input.remove_prefix(std::min(file.size() + 1, input.size()));
  }
  return files;
}

/// Every statement belongs to exactly one segment, in order, unless all run in one transaction.
bool sound(const tradewind::migration::Script& script) {
  if (script.statements().empty()) return false;
  std::size_t last = 0;
  for (const auto& segment : script.segments()) {
    if (segment.first < last || segment.count == 0) return false;
    last = segment.first + segment.count;
  }
  return last <= script.statements().size() && (script.transactional() || !script.segments().empty());
}

void read(std::string_view input, const tradewind::sql::Grammar& grammar) {
  auto files = std::make_shared<tradewind::migration::LinkedFiles>("fuzz", files_in(input));
  const Catalogue catalogue = Catalogue::read(tradewind::formats::with_sections(files));
  for (const auto& migration : catalogue.all()) {
    if (migration.version.empty() || catalogue.find(migration.version) != &migration) std::abort();
    std::string text = tradewind::migration::read_text(catalogue.files(), migration.up_file);
    if (tradewind::migration::checksum(text) != migration.checksum) std::abort();
    const tradewind::migration::Script script(migration.up_file, std::move(text), grammar,
                                              migration.transaction);
    if (!sound(script)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const auto* grammar : {&tradewind::sql::postgres_grammar(), &tradewind::sql::sqlite_grammar()}) {
    try {
      read(input, *grammar);
    } catch (const tradewind::Error& error) {
      if (error.code() == tradewind::Code::internal) std::abort();
    }
  }
  return 0;
}
