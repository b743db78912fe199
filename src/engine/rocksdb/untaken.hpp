#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"

namespace godwit::rocks {

/// Durable messages that the inbox has not taken although readers cannot wait for it, since the store takes no writes;
/// in the order of the log. Empty while it does.
using Untaken = std::function<Result<std::vector<MessagePtr>>()>;

/// Lays such messages over what is read of the inbox, so that the answer is as if they were in it. Get them before the
/// inbox is read: what it took in between is known by its seq.
class Overlay {
 public:
  explicit Overlay(std::vector<MessagePtr> messages) : messages_(std::move(messages)) {}
  [[nodiscard]] bool empty() const noexcept { return messages_.empty(); }

  void lay_over(offline::Slice& slice, const offline::Span& span) const;
  /// Adds the rows that the messages make.
  void lay_over(std::vector<offline::Row>& rows, const UserKey& user) const;
  void lay_over(std::optional<offline::Row>& row, const UserKey& user, const Conversation& conversation) const;
  void lay_over(offline::Head& head, const Conversation& conversation) const;
  void lay_over(offline::OpenReaders& readers, const Conversation& conversation) const;

 private:
  std::vector<MessagePtr> messages_;
};

}  // namespace godwit::rocks
