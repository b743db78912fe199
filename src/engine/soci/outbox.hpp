#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/notice_outbox.hpp"

namespace godwit::engine::soci {

/// Frames as wire/record.hpp encodes them.
class SociOutbox final : public user::NoticeOutbox {
 public:
  SociOutbox(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> add(const user::Notice& notice) override;
  Result<std::vector<user::WaitingNotice>> of(const Conversation& conversation, std::size_t limit) override;
  Result<std::vector<Conversation>> waiting(const std::string& after, std::size_t limit) override;
  Result<void> remove(std::span<const std::int64_t> ordinals) override;

 private:
  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
