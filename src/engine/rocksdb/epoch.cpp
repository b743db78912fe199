#include "engine/rocksdb/epoch.hpp"

#include <algorithm>
#include <fstream>

#include "base/random.hpp"
#include "base/whole_file.hpp"

namespace godwit::rocks {
namespace {

constexpr std::size_t kDigits = 16;

bool is_epoch(std::string_view text) {
  return text.size() == kDigits &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

Result<std::string> read_or_make_epoch(const std::filesystem::path& directory) {
  const auto file = directory / "EPOCH";
  std::string epoch;
  std::ifstream in(file);
  if (std::getline(in, epoch) && is_epoch(epoch)) return epoch;
  SystemRandom random;
  epoch = random.hex(kDigits);
  if (const auto put = put_whole_file(file.string(), epoch + "\n"); !put)
    return fail(Code::unavailable, file.string() + ": " + put.error());
  return epoch;
}

}  // namespace godwit::rocks
