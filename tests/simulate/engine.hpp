#pragma once
#include <string>

#include "archive/archive_store.hpp"
#include "base/executor.hpp"
#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"
#include "simulate/scheduler.hpp"
#include "user/store.hpp"

namespace godwit::simulate {

/// How an engine does at present. Calls to it take their time, like those to a machine elsewhere.
struct Engine {
  explicit Engine(Scheduler& with) : scheduler(with) {}
  Scheduler& scheduler;
  bool away = false;      ///< it does nothing, and says so
  double unsure = 0;      ///< it does it, and says that it did not
  Time slow = 0;          ///< how long a call takes at most, beside the usual
};

/// `co_await some_time(…)`: a while later, in the same life of the same process.
inline auto some_time(Engine& engine) {
  struct Awaiter {
    Engine& engine;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      auto& dice = engine.scheduler.dice();
      auto* const home = Executor::current();
      const auto usual = dice.between(5 * kMicro, dice.chance(0.1) ? 3 * kMilli : 300 * kMicro);
      engine.scheduler.after(usual + (engine.slow > 0 ? dice.between(0, engine.slow) : 0),
                             [home, handle] { home->post([handle] { handle.resume(); }); });
    }
    void await_resume() const noexcept {}
  };
  return Awaiter{engine};
}

/// One call: on its way, done in one moment (or not), and on its way back. Whoever dies meanwhile does not know which.
template <class R, class Do>
Task<R> call_engine(Engine& engine, Do work) {
  co_await some_time(engine);
  if (engine.away) co_return fail(Code::unavailable, "the engine is away");
  auto answer = co_await work();
  const bool unsure = engine.unsure > 0 && engine.scheduler.dice().chance(engine.unsure);
  co_await some_time(engine);
  if (unsure) co_return fail(Code::unavailable, "the engine did not say");
  co_return answer;
}

class FaultyStore final : public user::Store {
 public:
  FaultyStore(Engine& engine, user::Store& inner) : engine_(engine), inner_(inner) {}
  Task<Result<void>> run_read(const Work& work, std::string lane) override {
    return call_engine<Result<void>>(engine_, [this, &work, lane = std::move(lane)] { return inner_.run_read(work, lane); });
  }
  Task<Result<void>> run_write(const Work& work, user::Durability durability) override {
    return call_engine<Result<void>>(engine_, [this, &work, durability] { return inner_.run_write(work, durability); });
  }

 private:
  Engine& engine_;
  user::Store& inner_;
};

class FaultyTimeline final : public offline::Timeline {
 public:
  FaultyTimeline(Engine& engine, offline::Timeline& inner) : engine_(engine), inner_(inner) {}
  Task<Result<void>> put(std::span<const MessagePtr> messages) override {
    return call_engine<Result<void>>(engine_, [this, messages] { return inner_.put(messages); });
  }
  Task<Result<std::vector<offline::Slice>>> read(std::vector<offline::Span> spans) override {
    return call_engine<Result<std::vector<offline::Slice>>>(engine_, [this, spans] { return inner_.read(spans); });
  }
  Task<Result<offline::Head>> head(const Conversation& conversation) override {
    return call_engine<Result<offline::Head>>(engine_, [this, conversation] { return inner_.head(conversation); });
  }
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override {
    return call_engine<Result<offline::OpenReaders>>(engine_, [this, conversation] { return inner_.readers(conversation); });
  }
  Task<Result<Sweep>> expire(Millis before, std::size_t conversations) override {
    return call_engine<Result<Sweep>>(engine_, [this, before, conversations] { return inner_.expire(before, conversations); });
  }

 private:
  Engine& engine_;
  offline::Timeline& inner_;
};

class FaultyCursors final : public offline::CursorStore {
 public:
  FaultyCursors(Engine& engine, offline::CursorStore& inner) : engine_(engine), inner_(inner) {}
  Task<Result<std::vector<offline::Row>>> rows(const UserKey& user, const DeviceId& device) override {
    return call_engine<Result<std::vector<offline::Row>>>(engine_, [this, user, device] { return inner_.rows(user, device); });
  }
  Task<Result<std::optional<offline::Row>>> row(const UserKey& user, const Conversation& conversation) override {
    return call_engine<Result<std::optional<offline::Row>>>(
        engine_, [this, user, conversation] { return inner_.row(user, conversation); });
  }
  Task<Result<std::vector<Seq>>> read_positions(Readers readers) override {
    return call_engine<Result<std::vector<Seq>>>(engine_, [this, readers] { return inner_.read_positions(readers); });
  }
  Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) override {
    return call_engine<Result<Moved>>(engine_, [this, user, conversation, seq] { return inner_.set_read(user, conversation, seq); });
  }
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    return call_engine<Result<void>>(engine_, [this, user, device] { return inner_.adopt_device(user, device); });
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    return call_engine<Result<bool>>(engine_, [this, user, device] { return inner_.knows_device(user, device); });
  }
  Task<Result<std::vector<Result<Standing>>>> standings(const std::vector<offline::Acknowledged>& devices) override {
    return call_engine<Result<std::vector<Result<Standing>>>>(engine_, [this, devices] { return inner_.standings(devices); });
  }
  Task<Result<void>> advance(std::vector<offline::Acknowledged> devices) override {
    return call_engine<Result<void>>(engine_, [this, devices] { return inner_.advance(devices); });
  }

 private:
  Engine& engine_;
  offline::CursorStore& inner_;
};

class FaultyArchive final : public archive::ArchiveStore {
 public:
  FaultyArchive(Engine& engine, archive::ArchiveStore& inner) : engine_(engine), inner_(inner) {}
  Task<Result<void>> put(std::span<const MessagePtr> batch) override {
    return call_engine<Result<void>>(engine_, [this, batch] { return inner_.put(batch); });
  }
  Task<Result<MessagePtr>> find(const MessageId& id) override {
    return call_engine<Result<MessagePtr>>(engine_, [this, id] { return inner_.find(id); });
  }
  Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, archive::Window window) override {
    return call_engine<Result<std::vector<MessagePtr>>>(
        engine_, [this, conversation, window] { return inner_.page(conversation, window); });
  }
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override {
    return call_engine<Result<MessagePtr>>(engine_, [this, conversation, seq] { return inner_.last_up_to(conversation, seq); });
  }
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override {
    return call_engine<Result<std::uint64_t>>(
        engine_, [this, conversation, user, after, up_to] { return inner_.count_chat(conversation, user, after, up_to); });
  }
  Task<Result<ReadRanges>> ranges(const Conversation& conversation, const UserKey& user) override {
    return call_engine<Result<ReadRanges>>(engine_, [this, conversation, user] { return inner_.ranges(conversation, user); });
  }
  Task<Result<archive::Hits>> search(archive::SearchQuery query) override {
    return call_engine<Result<archive::Hits>>(engine_, [this, query] { return inner_.search(query); });
  }

 private:
  Engine& engine_;
  archive::ArchiveStore& inner_;
};

}  // namespace godwit::simulate
