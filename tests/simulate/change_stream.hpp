#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "service/changes.hpp"
#include "simulate/engine.hpp"

namespace godwit::simulate {

/// The change log of many processes as its engine keeps it: a stream that everybody reads from their own place.
class ChangeStream {
 public:
  struct Page {
    bool whole = true;  ///< nothing is missing before it
    std::vector<changes::Change> changes;
    changes::Position upto;
  };

  changes::Position add(const std::vector<changes::Change>& changes) {
    kept_.insert(kept_.end(), changes.begin(), changes.end());
    return end();
  }
  /// Without a place: where the stream ends.
  [[nodiscard]] Page after(std::optional<changes::Position> place) const {
    Page page{.whole = true, .changes = {}, .upto = end()};
    if (!place) return page;
    if (place->epoch != epoch_) page.whole = false;
    const auto from = page.whole ? static_cast<std::ptrdiff_t>(place->number) : 0;
    page.changes.assign(kept_.begin() + from, kept_.end());
    return page;
  }
  /// It comes back empty.
  void lose() { ++epoch_, kept_.clear(); }

 private:
  [[nodiscard]] changes::Position end() const { return {.epoch = epoch_, .number = kept_.size()}; }
  std::uint64_t epoch_ = 1;
  std::vector<changes::Change> kept_;
};

/// The stream as one life of a process follows it: asked every now and then for what is new.
class FollowedStream final : public changes::ChangeLog {
 public:
  FollowedStream(Way way, ChangeStream& stream, const Clock& clock, Executor& executor)
      : way_(way), stream_(stream), clock_(clock), executor_(executor) {}

  [[nodiscard]] bool outlives_publisher() const noexcept override { return true; }
  Task<Result<changes::Position>> publish(std::vector<changes::Change> changes) override {
    return call_engine<Result<changes::Position>>(
        way_, [&stream = stream_, changes]() -> Task<Result<changes::Position>> { return add(stream, changes); },
        Repeat::harmless);
  }
  void follow(changes::Follower& follower) override { spawn(poll(follower)); }
  void unfollow(changes::Follower&) override {}  // lives are never taken down

 private:
  static Task<Result<changes::Position>> add(ChangeStream& stream, std::vector<changes::Change> changes) {
    co_return stream.add(changes);
  }
  static Task<Result<ChangeStream::Page>> read(ChangeStream& stream, std::optional<changes::Position> place) {
    co_return stream.after(place);
  }

  Task<void> poll(changes::Follower& follower) {
    for (std::optional<changes::Position> place;;) {
      const auto asked = clock_.now();
      const auto page = co_await call_engine<Result<ChangeStream::Page>>(
          way_, [&stream = stream_, place] { return read(stream, place); }, Repeat::harmless);
      if (page) {
        place = page->upto;
        if (!page->whole) follower.lost();
        if (!page->changes.empty()) follower.changed(page->changes, page->upto);
        follower.heard(page->upto, asked);
      }
      co_await sleep_for(executor_, std::chrono::milliseconds(100));
    }
  }

  Way way_;
  ChangeStream& stream_;
  const Clock& clock_;
  Executor& executor_;
};

}  // namespace godwit::simulate
