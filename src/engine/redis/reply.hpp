#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

struct redisReader;

namespace godwit::redis {

/// What Redis answers, as a value of one's own.
struct Reply {
  enum class Kind : std::uint8_t { nil, integer, text, list, error };

  Kind kind = Kind::nil;
  std::int64_t number = 0;        ///< of an integer
  std::string text{};             ///< of a string, a status, an error
  std::vector<Reply> elements{};  ///< of a list

  [[nodiscard]] bool is_nil() const noexcept { return kind == Kind::nil; }
  [[nodiscard]] bool is_error() const noexcept { return kind == Kind::error; }
  /// An integer, also one that came as text; 0 for all else.
  [[nodiscard]] std::int64_t integer() const noexcept;
  /// Of a list; nil where it has no such element.
  [[nodiscard]] const Reply& at(std::size_t index) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return elements.size(); }
  friend bool operator==(const Reply&, const Reply&) = default;
};

/// What an error reply is to whoever called: unavailable where Redis could not do it now (out of memory, read-only, the
/// cluster is down), else internal: a bug of ours, or a setting of theirs.
[[nodiscard]] Error error_of(const Reply& reply);

/// RESP2 from bytes as they come. One thread at a time.
class ReplyReader {
 public:
  ReplyReader();
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  void feed(std::string_view bytes);
  /// The next whole reply; nothing: more bytes are needed. unavailable: this is no RESP2, nothing will come any more.
  Result<std::optional<Reply>> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const noexcept;
  };
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace godwit::redis
