#include <algorithm>

#include "base/bytes.hpp"
#include "engine/rocksdb/consumer.hpp"
#include "wire/record.hpp"

// What becomes of a batch that the handler refuses, and of records that cannot be handed to it: see consumer.hpp.
namespace godwit::rocks {
namespace {

constexpr Seq kLastSeq = 0xFFFF'FFFFU;  // the archive's keys have 32 bits for it
constexpr std::size_t kTriesBeforeSifting = 5;
constexpr std::size_t kMostSuspects = 1'024;
constexpr int kMostRefusals = 10;
constexpr std::size_t kMostAgain = 16;

bool has_possible_number(const Message& message) { return message.seq >= 1 && message.seq <= kLastSeq; }

}  // namespace

Result<Consumer::Batch> Consumer::without_broken(std::vector<MessagePtr> messages, Offset first) {
  Batch batch;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto offset = first + i;
    auto& message = messages[i];
    if (message && has_possible_number(*message)) {
      batch.messages.push_back(std::move(message));
      batch.offsets.push_back(offset);
      continue;
    }
    if (message) {
      const auto reason = "its number cannot be: " + std::to_string(message->seq);
      CHECK_OK(put_aside(offset, wire::encode_record(*message), reason));
      continue;
    }
    ::rocksdb::PinnableSlice record;  // as it stands there, if it can be read at all
    const auto found = store_.get(Family::log, be8(offset), record);
    CHECK_OK(put_aside(offset, found && *found ? record.ToString() : std::string(),
                       found ? *found ? "the record does not decode" : "the record is missing"
                             : "the log does not check where the record stands"));
  }
  return batch;
}

/// False: the whole batch has to come again.
bool Consumer::hand_over(const Batch& batch) {
  if (batch.messages.empty()) return true;
  const auto taken = deliver(batch.messages);
  if (!taken) {
    const bool away = taken.error().code == Code::unavailable;
    if (away && ++tries_ % kTriesBeforeSifting != 0) return false;
    if (!sift(batch)) return false;
  }
  tries_ = 0;
  return ask_suspects(/*counts=*/true);
}

/// Finds what is refused by itself. False: the handler takes nothing, or refuses too much to remember.
bool Consumer::sift(const Batch& batch) {
  Sifted sifted;
  sift(batch, 0, batch.messages.size(), sifted);
  if (stopping_.load()) return false;
  if (sifted.unavailable > 0 && (!sifted.took || suspects_.size() + sifted.unavailable > kMostSuspects)) return false;
  for (auto& refused : sifted.refused) {
    if (refused.why.code == Code::unavailable)
      suspects_.push_back(std::move(refused));
    else if (!put_aside(refused))
      return false;
  }
  return true;
}

/// By halves, in order. Where nothing is taken, only as many messages are asked one by one as there were tries: a store
/// that is away is not asked a thousand times each second.
void Consumer::sift(const Batch& batch, std::size_t from, std::size_t to, Sifted& sifted) {
  if (stopping_.load() || (!sifted.took && sifted.unavailable > tries_)) return;
  const auto taken = deliver(std::span(batch.messages).subspan(from, to - from));
  if (taken) {
    sifted.took = true;
  } else if (to - from > 1) {
    const auto middle = from + (to - from) / 2;
    sift(batch, from, middle, sifted);
    sift(batch, middle, to, sifted);
  } else {
    if (taken.error().code == Code::unavailable) ++sifted.unavailable;
    sifted.refused.push_back({.offset = batch.offsets[from], .message = batch.messages[from], .why = taken.error()});
  }
}

/// `counts`: a newer message was taken since they were asked last. False: a dead letter could not be written.
bool Consumer::ask_suspects(bool counts) {
  for (auto it = suspects_.begin(); it != suspects_.end() && !stopping_.load();) {
    if (auto taken = deliver(std::span(&it->message, 1)); taken) {
      it = suspects_.erase(it);
      continue;
    } else {
      it->why = std::move(taken.error());
    }
    const bool given_up = it->why.code != Code::unavailable || (counts && ++it->refusals >= kMostRefusals);
    if (given_up && !put_aside(*it)) return false;
    it = given_up ? suspects_.erase(it) : it + 1;
  }
  return true;
}

Result<void> Consumer::put_aside(const Suspect& suspect) {
  const auto& why = suspect.why;
  return put_aside(suspect.offset, wire::encode_record(*suspect.message),
                   std::string(info(why.code).name) + (why.detail.empty() ? "" : ": " + why.detail));
}

Result<void> Consumer::put_aside(Offset offset, std::string record, std::string reason) {
  return complete(dead_letters_.add(
      {.place = {topic_, offset}, .time = 0, .reason = std::move(reason), .record = std::move(record)}));
}

bool Consumer::hand_again(MessagePtr message, Done done) {
  {
    std::lock_guard lock(mutex_);
    if (!started_.load() || stopping_.load() || again_.size() >= kMostAgain) return false;
    again_.push_back({std::move(message), std::move(done)});
    called_.store(true);
  }
  recent_.wake();
  return true;
}

void Consumer::hand_those_again() {
  std::deque<Again> again;
  {
    std::lock_guard lock(mutex_);
    again.swap(again_);
    called_.store(stopping_.load());
  }
  for (auto& one : again) {
    auto taken = has_possible_number(*one.message)
                     ? deliver(std::span(&one.message, 1))
                     : fail(Code::bad_parameter, "its number cannot be: " + std::to_string(one.message->seq));
    set_current(nullptr);  // who waits on no executor of their own must not go on as this one's
    one.done(std::move(taken));
    set_current(this);
  }
}

void Consumer::refuse_those_again() {
  std::lock_guard lock(mutex_);
  for (auto& one : again_) one.done(fail(Code::unavailable, "the server is stopping"));
  again_.clear();
}

}  // namespace godwit::rocks
