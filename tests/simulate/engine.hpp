#pragma once
#include <string>

#include "archive/archive_store.hpp"
#include "base/executor.hpp"
#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"
#include "simulate/network.hpp"
#include "user/store/store.hpp"

namespace godwit::simulate {

/// How an engine does at present. Calls to it take their time, like those to a machine elsewhere.
struct Engine {
  explicit Engine(Scheduler& with) : scheduler(with) {}
  Scheduler& scheduler;
  bool away = false;      ///< it does nothing, and says so
  double unsure = 0;      ///< it does it, and says that it did not
  Time slow = 0;          ///< how long a call takes at most, beside the usual
  Process* machine = nullptr;  ///< where it runs; nullptr: in the process that asks it
};

/// How a process reaches an engine: by itself, or over the network.
struct Way {
  Engine& engine;
  Network* network = nullptr;
  Process* from = nullptr;
  [[nodiscard]] bool cut() const {
    return network != nullptr && (!engine.machine->alive() || network->is_cut(*from, *engine.machine));
  }
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

/// One call, where the engine is code of the process that asks: on its way, done in one moment (or not), and on its way
/// back. Whoever dies meanwhile does not know which.
template <class R, class Do>
Task<R> call_beside(Way way, Do work) {
  auto& engine = way.engine;
  co_await some_time(engine);
  if (engine.away || way.cut()) co_return fail(Code::unavailable, "the engine is away");
  auto answer = co_await work();
  const bool unsure = engine.unsure > 0 && engine.scheduler.dice().chance(engine.unsure);
  co_await some_time(engine);
  if (unsure || way.cut()) co_return fail(Code::unavailable, "the engine did not say");
  co_return answer;
}

/// The same on the engine's own machine.
template <class R, class Do>
Task<R> serve_engine(Engine& engine, Do work) {
  if (engine.slow > 0) co_await some_time(engine);
  if (engine.away) co_return fail(Code::unavailable, "the engine is away");
  auto answer = co_await work();
  const bool unsure = engine.unsure > 0 && engine.scheduler.dice().chance(engine.unsure);
  if (unsure) co_return fail(Code::unavailable, "the engine did not say");
  co_return answer;
}

enum class Repeat : bool { never, harmless };  ///< what the network may do to a call

/// `work`, with all that it needs in it, is done where the engine is; whoever asks gives up after a second, and it may
/// yet be done.
template <class R, class Do>
Task<R> call_engine(Way way, Do work, Repeat repeat = Repeat::never, Time patience = kSecond) {
  if (way.network == nullptr) co_return co_await call_beside<R>(way, std::move(work));
  co_return co_await call<R>(*way.network, *way.from, *way.engine.machine, patience, repeat == Repeat::harmless,
                             R(fail(Code::unavailable, "the engine does not answer")),
                             [&engine = way.engine, work = std::move(work)] { return serve_engine<R>(engine, work); });
}

/// A transaction is code of the process that asks: it runs there, in one moment.
class FaultyStore final : public user::Store {
 public:
  FaultyStore(Way way, user::Store& inner) : way_(way), inner_(inner) {}
  Task<Result<void>> run_read(const Work& work, std::string lane) override {
    return call_beside<Result<void>>(way_,
                                     [this, &work, lane = std::move(lane)] { return inner_.run_read(work, lane); });
  }
  Task<Result<void>> run_write(const Work& work, user::Durability durability) override {
    return call_beside<Result<void>>(way_, [this, &work, durability] { return inner_.run_write(work, durability); });
  }

 private:
  Way way_;
  user::Store& inner_;
};

class FaultyTimeline final : public offline::Timeline {
 public:
  FaultyTimeline(Way way, offline::Timeline& inner) : way_(way), inner_(inner) {}
  Task<Result<std::string>> epoch() override {
    return call_engine<Result<std::string>>(way_, [this] { return inner_.epoch(); }, Repeat::harmless);
  }
  Task<Result<void>> put(std::span<const MessagePtr> messages) override {
    return call_engine<Result<void>>(
        way_, [this, own = std::vector(messages.begin(), messages.end())] { return inner_.put(own); },
        Repeat::harmless);
  }
  Task<Result<std::vector<offline::Slice>>> read(std::vector<offline::Span> spans) override {
    return call_engine<Result<std::vector<offline::Slice>>>(way_, [this, spans] { return inner_.read(spans); });
  }
  Task<Result<offline::Head>> head(const Conversation& conversation) override {
    return call_engine<Result<offline::Head>>(way_, [this, conversation] { return inner_.head(conversation); });
  }
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override {
    return call_engine<Result<offline::OpenReaders>>(way_,
                                                     [this, conversation] { return inner_.readers(conversation); });
  }
  Task<Result<Sweep>> expire(Millis before, std::size_t conversations) override {
    return call_engine<Result<Sweep>>(way_,
                                      [this, before, conversations] { return inner_.expire(before, conversations); });
  }

 private:
  Way way_;
  offline::Timeline& inner_;
};

class FaultyCursors final : public offline::CursorStore {
 public:
  FaultyCursors(Way way, offline::CursorStore& inner) : way_(way), inner_(inner) {}
  Task<Result<offline::UserRows>> rows(const UserKey& user, const DeviceId& device) override {
    return call_engine<Result<offline::UserRows>>(way_, [this, user, device] { return inner_.rows(user, device); });
  }
  Task<Result<std::optional<offline::Row>>> row(const UserKey& user, const Conversation& conversation) override {
    return call_engine<Result<std::optional<offline::Row>>>(
        way_, [this, user, conversation] { return inner_.row(user, conversation); });
  }
  Task<Result<std::vector<Seq>>> read_positions(Readers readers) override {
    return call_engine<Result<std::vector<Seq>>>(way_, [this, readers] { return inner_.read_positions(readers); });
  }
  Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) override {
    return call_engine<Result<Moved>>(
        way_, [this, user, conversation, seq] { return inner_.set_read(user, conversation, seq); });
  }
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    return call_engine<Result<void>>(way_, [this, user, device] { return inner_.adopt_device(user, device); });
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    return call_engine<Result<bool>>(way_, [this, user, device] { return inner_.knows_device(user, device); });
  }
  Task<Result<std::vector<Result<Standing>>>> standings(const std::vector<offline::Acknowledged>& devices) override {
    return call_engine<Result<std::vector<Result<Standing>>>>(way_,
                                                              [this, devices] { return inner_.standings(devices); });
  }
  Task<Result<void>> advance(std::vector<offline::Acknowledged> devices) override {
    return call_engine<Result<void>>(way_, [this, devices] { return inner_.advance(devices); });
  }

 private:
  Way way_;
  offline::CursorStore& inner_;
};

class FaultyArchive final : public archive::ArchiveStore {
 public:
  FaultyArchive(Way way, archive::ArchiveStore& inner) : way_(way), inner_(inner) {}
  Task<Result<void>> put(std::span<const MessagePtr> batch) override {
    return call_engine<Result<void>>(
        way_, [this, own = std::vector(batch.begin(), batch.end())] { return inner_.put(own); }, Repeat::harmless);
  }
  Task<Result<MessagePtr>> find(const MessageId& id) override {
    return call_engine<Result<MessagePtr>>(way_, [this, id] { return inner_.find(id); });
  }
  Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, archive::Window window) override {
    return call_engine<Result<std::vector<MessagePtr>>>(
        way_, [this, conversation, window] { return inner_.page(conversation, window); });
  }
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override {
    return call_engine<Result<MessagePtr>>(way_,
                                           [this, conversation, seq] { return inner_.last_up_to(conversation, seq); });
  }
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override {
    return call_engine<Result<std::uint64_t>>(
        way_, [this, conversation, user, after, up_to] { return inner_.count_chat(conversation, user, after, up_to); });
  }
  Task<Result<ReadRanges>> ranges(const Conversation& conversation, const UserKey& user) override {
    return call_engine<Result<ReadRanges>>(way_,
                                           [this, conversation, user] { return inner_.ranges(conversation, user); });
  }
  Task<Result<archive::Hits>> search(archive::SearchQuery query) override {
    return call_engine<Result<archive::Hits>>(way_, [this, query] { return inner_.search(query); });
  }

 private:
  Way way_;
  archive::ArchiveStore& inner_;
};

}  // namespace godwit::simulate
