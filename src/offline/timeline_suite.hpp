#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "domain/delivery_suite.hpp"
#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"

/// What every engine's timeline and cursor store must do: run from the engine's own *_test.cpp with a bed of it.
namespace godwit::offline::suite {

/// An engine on a place of its own, empty at first.
class Bed {
 public:
  virtual ~Bed() = default;
  virtual Timeline& timeline() = 0;
  virtual CursorStore& cursors() = 0;
  virtual ManualClock& clock() = 0;
  virtual void restart() = 0;  ///< references are gone
};
using MakeBed = std::function<std::unique_ptr<Bed>()>;

/// A bed whose timeline gets what is put in one of the ways, as soon as somebody looks.
class Delivering final : public Bed, private Timeline {
 public:
  Delivering(std::unique_ptr<Bed> bed, const godwit::suite::Way& way) : bed_(std::move(bed)), post_(way) {}
  Timeline& timeline() override { return *this; }
  CursorStore& cursors() override { return delivered().cursors(); }
  ManualClock& clock() override { return bed_->clock(); }
  void restart() override { delivered().restart(); }

 private:
  Bed& delivered() {
    for (const auto& batch : post_.take()) REQUIRE(sync_wait(bed_->timeline().put(batch)));
    return *bed_;
  }
  Task<Result<std::string>> epoch() override { return bed_->timeline().epoch(); }
  Task<Result<void>> put(std::span<const MessagePtr> messages) override {
    post_.add(messages);
    co_return Result<void>();
  }
  Task<Result<std::vector<Slice>>> read(std::vector<Span> spans) override {
    return delivered().timeline().read(std::move(spans));
  }
  Task<Result<Head>> head(const Conversation& conversation) override {
    return delivered().timeline().head(conversation);
  }
  Task<Result<OpenReaders>> readers(const Conversation& conversation) override {
    return delivered().timeline().readers(conversation);
  }
  Task<Result<Sweep>> expire(Millis before, std::size_t conversations) override {
    return delivered().timeline().expire(before, conversations);
  }

  std::unique_ptr<Bed> bed_;
  godwit::suite::Post post_;
};

/// Runs `cases` with beds of each way, a subcase each.
template <class Cases>
void in_every_way(const MakeBed& make, Cases cases) {
  for (const auto& way : godwit::suite::kWays) {
    SUBCASE(way.name) {
      cases(MakeBed([&] { return std::make_unique<Delivering>(make(), way); }));
    }
  }
}

inline const UserKey ann("ann"), bob("bob"), cas("cas");
inline const Conversation direct = Conversation::direct(ann, bob);
inline const Conversation group = Conversation::of_group(GroupKey("walkers"));

inline Message message(Seq seq, Millis time = 1000, Conversation conversation = direct) {
  Message message;
  message.type = conversation.kind() == Conversation::Kind::group ? Type::group : Type::direct;
  message.conversation = std::move(conversation);
  message.seq = seq;
  message.time = time;
  message.id = MessageId(message.conversation.name() + "#" + std::to_string(seq));
  message.sender = "ann";
  message.receiver = "bob";
  message.text = "text " + std::to_string(seq);
  return message;
}

inline Message recall_of(Seq target, Seq seq, Millis time = 1000, Conversation conversation = direct) {
  auto recall = message(seq, time, std::move(conversation));
  recall.type = Type::recalled;
  recall.target_seq = target;
  recall.text.clear();
  return recall;
}

template <class T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result.has_value(), result.error().detail);
  return std::move(*result);
}

template <class... M>
void put(Bed& bed, M... messages) {
  std::vector<MessagePtr> batch{std::make_shared<const Message>(std::move(messages))...};
  REQUIRE(sync_wait(bed.timeline().put(batch)));
}

inline Slice read(Bed& bed, Span span) {
  if (span.limit == 0) span.limit = 100;
  return std::move(must(sync_wait(bed.timeline().read({std::move(span)}))).front());
}

inline std::vector<Seq> seqs(const Slice& slice) {
  std::vector<Seq> out;
  for (const auto& item : slice.items) out.push_back(item->seq);
  return out;
}
using Seqs = std::vector<Seq>;

void timeline_suite(const MakeBed& make);

}  // namespace godwit::offline::suite
