#include "net/http/outgoing_answer.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>

namespace godwit::net {
namespace {

constexpr std::size_t kSmallBody = 8 * 1024;  ///< copied after the head: cheaper than a second piece

void shrink(std::string& buffer, std::size_t most) {
  if (buffer.capacity() > most) std::string().swap(buffer);
}

}  // namespace

void OutgoingAnswer::set(Response& response, ResponseFrame frame, bool head_only) {
  head_.clear();
  body_.clear();
  large_ = {};
  sent_ = 0;
  head_.reserve(512);
  append_response_head(head_, response, frame);
  if (head_only || !may_have_body(response.status)) return;
  if (response.content().size() <= kSmallBody) {
    head_.append(response.content());
  } else if (!response.borrowed.empty()) {
    large_ = response.borrowed;
  } else {
    body_ = std::move(response.body);
    large_ = body_;
  }
}

ssize_t OutgoingAnswer::write_some(int fd) const {
  const auto head = std::string_view(head_).substr(std::min(sent_, head_.size()));
  if (large_.empty()) return ::send(fd, head.data(), head.size(), MSG_NOSIGNAL);
  const auto large = large_.substr(sent_ - (head_.size() - head.size()));
  if (head.empty()) return ::send(fd, large.data(), large.size(), MSG_NOSIGNAL);
  std::array<iovec, 2> pieces{
      {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(large.data()), large.size()}}};
  const msghdr message{.msg_iov = pieces.data(), .msg_iovlen = pieces.size()};
  return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

void OutgoingAnswer::give_back(std::size_t most) {
  large_ = {};
  shrink(head_, most);
  shrink(body_, most);
  sent_ = head_.size();
}

}  // namespace godwit::net
