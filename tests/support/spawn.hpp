#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tradewind::test {

/// Who a child runs as: only root can choose.
struct Identity {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups;
  std::string name;
};

/// An open file that is closed in the destructor.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;

  int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }
  int release() noexcept;
  void close() noexcept;

 private:
  int number_;
};

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};
/// Both ends are closed in children that exec.
Pipe make_pipe();

/// A child process as it will be: no shell, no search but for a bare program name along PATH.
struct Spawn {
  std::vector<std::string> arguments;    ///< the first one is the program
  std::vector<std::string> environment;  ///< the whole of it, NAME=VALUE
  std::filesystem::path folder;          ///< working directory; empty: this process's
  int in = -1;                           ///< -1: the null device, for all three
  int out = -1;
  int err = -1;
  std::optional<Identity> identity;
};

/// Forks and executes; throws std::runtime_error if the program can't be started. The caller reaps it.
pid_t spawn(const Spawn& child);

/// This process's environment as NAME=VALUE.
std::vector<std::string> own_environment();

}  // namespace tradewind::test
