#include "base/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <random>

#include <tradewind/error.hpp>

#include "support/temp_dir.hpp"

namespace tradewind::base {
namespace {

namespace fs = std::filesystem;

std::string random_bytes(std::size_t size) {
  std::mt19937 random(2026);
  std::string bytes(size, '\0');
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random()); });
  return bytes;
}

Code refusal(const Folder& folder, const std::string& name) {
  try {
    folder.read(name);
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    return error.code();
  }
  ADD_FAILURE() << name << " was read";
  return Code::internal;
}

class FilesRead : public testing::Test {
 protected:
  test::TempDir directory_;
};

// One read takes 32 KiB.
TEST_F(FilesRead, to_their_end_whatever_their_size) {
  constexpr std::size_t one_read = std::size_t{32} << 10;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, one_read - 1, one_read, one_read + 1,
                                 2 * one_read, std::size_t{1'000'003}}) {
    const std::string bytes = random_bytes(size);
    directory_.write("some", bytes);
    EXPECT_TRUE(read_file(directory_ / "some") == bytes) << size << " bytes by path";
    EXPECT_TRUE(Folder(directory_.path()).read("some") == bytes) << size << " bytes from the folder";
  }
}

TEST_F(FilesRead, in_a_folder_are_followed_through_links_and_if_they_came_after_it_was_listed) {
  directory_.write("file", "text");
  fs::create_symlink("file", directory_ / "link");
  const Folder folder(directory_.path());
  std::vector<std::string> names = folder.names();
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"file", "link"}));
  EXPECT_EQ(folder.read("link"), "text");
  directory_.write("later", "more");
  EXPECT_EQ(folder.read("later"), "more");
}

TEST_F(FilesRead, of_no_regular_kind_are_refused_and_named) {
  ASSERT_EQ(::mkfifo((directory_ / "pipe").c_str(), 0600), 0);
  fs::create_directory(directory_ / "inner");
  fs::create_symlink("pipe", directory_ / "link_to_pipe");
  fs::create_symlink("nowhere", directory_ / "broken");
  const Folder folder(directory_.path());
  for (const char* name : {"pipe", "inner", "link_to_pipe", "broken", "absent"})
    EXPECT_EQ(refusal(folder, name), Code::source_unreadable);
}

}  // namespace
}  // namespace tradewind::base
