#include "machine.hpp"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <fstream>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "support/program.hpp"

namespace tradewind::bench {
namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

double memory_gb() {
  return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e9;
}

std::string first_line(const std::vector<std::string>& command) {
  const std::string out = test::Program::run(command).out;
  return out.substr(0, out.find('\n'));
}

}  // namespace

std::string machine(Place& place) {
  utsname system{};
  ::uname(&system);
  const std::string server = place.server_version();
  return fmt::format(
      "Measured on {:%Y-%m-%d} with {} cores of {}, {:.0f} GB, {} {}; {}; PostgreSQL {}; sqlite3 {}.\n",
      fmt::gmtime(std::time(nullptr)), ::sysconf(_SC_NPROCESSORS_ONLN), processor(), memory_gb(),
      system.sysname, system.release, first_line({Place::tradewind({}, {}).front(), "version"}),
      server.empty() ? "not started" : server, first_line({"sqlite3", "-version"}).substr(0, 6));
}

double load_average() {
  double load = 0;
  return ::getloadavg(&load, 1) == 1 ? load : 0;
}

}  // namespace tradewind::bench
