#pragma once
#include <sys/types.h>

#include <string>
#include <string_view>

#include "net/http/http.hpp"
#include "net/http/response.hpp"

namespace godwit::net {

/// The answer that a connection is writing: a head with a small body after it in one piece, or a large body as a
/// second piece.
class OutgoingAnswer {
 public:
  /// Takes the body over where it is large. `head_only`: HEAD.
  void set(Response& response, ResponseFrame frame, bool head_only);
  /// One system call. What it returns and errno are those of send(2).
  [[nodiscard]] ssize_t write_some(int fd) const;
  void wrote(std::size_t size) noexcept { sent_ += size; }
  [[nodiscard]] bool written() const noexcept { return sent_ == head_.size() + large_.size(); }

  [[nodiscard]] std::size_t large_size() const noexcept { return large_.size(); }
  [[nodiscard]] std::size_t held() const noexcept { return head_.capacity() + body_.capacity(); }  ///< bytes of memory
  /// Behind a written answer: keeps no buffer above `most` bytes.
  void give_back(std::size_t most);

 private:
  std::string head_{};        ///< and the body where it is small
  std::string body_{};        ///< a large one of the answer's own
  std::string_view large_{};  ///< a large body: `body_`, or borrowed bytes
  std::size_t sent_ = 0;
};

}  // namespace godwit::net
