#include "net/loop/event_loop.hpp"

#include <doctest/doctest.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "net/loop/testing_loop.hpp"
#include "net/loop/testing_peer.hpp"

namespace godwit::net {
using namespace testing;

TEST_CASE("jobs of each thread run in the order in which they were posted") {
  LoopThread thread;
  std::vector<std::vector<int>> seen(3);
  std::vector<std::thread> posters;
  for (std::size_t p = 0; p < seen.size(); ++p) {
    posters.emplace_back([&, p] {
      for (int i = 0; i < 2000; ++i) thread.loop.post([&seen, p, i] { seen[p].push_back(i); });
    });
  }
  for (auto& poster : posters) poster.join();
  thread.loop.call([] {});
  for (const auto& own : seen) {
    REQUIRE(own.size() == 2000);
    CHECK(std::ranges::is_sorted(own));
  }
}

TEST_CASE("what runs on the loop sees it as the current executor, and no other thread does") {
  LoopThread thread;
  Executor* seen = nullptr;
  EventLoop* seen_loop = nullptr;
  thread.loop.call([&] {
    seen = Executor::current();
    seen_loop = EventLoop::current();
  });
  CHECK(seen == &thread.loop);
  CHECK(seen_loop == &thread.loop);
  CHECK(Executor::current() == nullptr);
  CHECK(EventLoop::current() == nullptr);
}

TEST_CASE("timers run when they are due, in the order of their times, not of their setting") {
  LoopThread thread;
  std::vector<int> order;
  std::atomic<bool> done = false;
  const auto start = std::chrono::steady_clock::now();
  thread.loop.call([&] {
    thread.loop.post_after(30ms, [&] { order.push_back(2); });
    thread.loop.post_after(10ms, [&] { order.push_back(1); });
    thread.loop.post_after(0ms, [&] { order.push_back(0); });
  });
  thread.loop.post_after(40ms, [&] { done = true; });
  REQUIRE(eventually([&] { return done.load(); }));
  CHECK(std::chrono::steady_clock::now() - start >= 40ms);
  CHECK(order == std::vector{0, 1, 2});
}

TEST_CASE("the end of a wake-up comes after its jobs, once, and may ask for another") {
  LoopThread thread;
  std::vector<std::string> order;
  thread.loop.call([&] {
    thread.loop.post([&] {
      thread.loop.at_end_of_wakeup([&] {
        order.push_back("end");
        thread.loop.at_end_of_wakeup([&] { order.push_back("end of end"); });
      });
      order.push_back("first");
    });
    thread.loop.post([&] { order.push_back("second"); });
  });
  thread.loop.call([] {});
  thread.loop.call([] {});
  CHECK(order == std::vector<std::string>{"first", "second", "end", "end of end"});
}

TEST_CASE("call runs on the loop, inline where it is already there, and inline where no loop runs") {
  EventLoop idle("idle");
  int ran = 0;
  idle.call([&] { ++ran; });
  CHECK(ran == 1);
  LoopThread thread;
  std::thread::id outer, inner;
  thread.loop.call([&] {
    outer = std::this_thread::get_id();
    thread.loop.call([&] { inner = std::this_thread::get_id(); });
  });
  CHECK(outer == inner);
  CHECK(outer != std::this_thread::get_id());
}

TEST_CASE("stop runs what was posted before it, and a stopped loop may run again") {
  EventLoop loop("test");
  int ran = 0;
  for (int round = 1; round <= 2; ++round) {
    loop.post([&] { ++ran; });
    loop.stop();
    loop.run();
    CHECK(ran == round);
  }
}

namespace {

/// Takes the other watcher, and the own one, off the loop at its first event.
struct Rival final : Readiness {
  void on_ready(bool, bool, bool) override {
    ++calls;
    loop->unwatch(fd, *this);
    if (other != nullptr) loop->unwatch(other->fd, *other);
  }
  EventLoop* loop = nullptr;
  int fd = -1;
  Rival* other = nullptr;
  int calls = 0;
};

}  // namespace

TEST_CASE("after unwatch a watcher is not called, not even for events collected already") {
  EventLoop loop("test");
  Rival a, b;
  for (Rival* rival : {&a, &b}) {
    rival->loop = &loop;
    rival->fd = ::eventfd(1, EFD_NONBLOCK);
    rival->other = rival == &a ? &b : &a;
    REQUIRE(loop.watch(rival->fd, *rival));
  }
  loop.post_after(20ms, [&] { loop.stop(); });
  loop.run();
  CHECK(a.calls + b.calls == 1);  // both were ready in the same wake-up
  ::close(a.fd);
  ::close(b.fd);
}

TEST_CASE("a watcher is told of each new edge, and of the end") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
  struct Counter final : Readiness {
    void on_ready(bool readable, bool, bool hung_up) override {
      reads += readable ? 1 : 0;
      ended = ended || hung_up;
    }
    std::atomic<int> reads = 0;
    std::atomic<bool> ended = false;
  } counter;
  LoopThread thread;
  thread.loop.call([&] { CHECK(thread.loop.watch(ends[0], counter)); });
  Peer peer(ends[1]);
  CHECK(counter.reads == 0);
  peer.write("a");
  CHECK(eventually([&] { return counter.reads == 1; }));
  peer.write("b");  // "a" is still unread: an edge all the same
  CHECK(eventually([&] { return counter.reads == 2; }));
  peer.close();
  CHECK(eventually([&] { return counter.ended.load(); }));
  thread.loop.call([&] { thread.loop.unwatch(ends[0], counter); });
  ::close(ends[0]);
}

TEST_CASE("a descriptor changes hands with or without a new watcher, even where its number is another's by then") {
  struct Counter final : Readiness {
    void on_ready(bool readable, bool, bool) override { reads += readable ? 1 : 0; }
    int reads = 0;
  };
  enum class What { taken, left, closed_and_reused };
  for (const What what : {What::taken, What::left, What::closed_and_reused}) {
    EventLoop loop("test");
    Counter old_watcher, new_watcher;
    const int fd = ::eventfd(1, EFD_NONBLOCK);
    REQUIRE(loop.watch(fd, old_watcher));
    loop.hand_over(fd, old_watcher, [&] {
      if (what == What::closed_and_reused) {
        ::close(fd);
        REQUIRE(::eventfd(1, EFD_NONBLOCK) == fd);
      }
      if (what != What::left) CHECK(loop.watch(fd, new_watcher));
    });
    loop.post_after(10ms, [&] { loop.stop(); });
    loop.run();
    CHECK(old_watcher.reads == 0);
    CHECK(new_watcher.reads == (what == What::left ? 0 : 1));
    loop.unwatch_and_close(fd, new_watcher);
  }
}

TEST_CASE("a coroutine moves to the loop and sleeps on it") {
  LoopThread thread;
  const bool there = sync_wait([](EventLoop& loop) -> Task<bool> {
    co_await resume_on(loop);
    const bool first = EventLoop::current() == &loop;
    co_await sleep_for(loop, 5ms);
    co_return first && EventLoop::current() == &loop;
  }(thread.loop));
  CHECK(there);
}

TEST_CASE("memory that runs out ends one job, not the loop") {
  EventLoop loop("test");
  int ran = 0;
  loop.post([] { throw std::bad_alloc(); });
  loop.post([&] { ++ran; });
  loop.post_after(1ms, [] { throw std::bad_alloc(); });
  loop.post_after(2ms, [&] { ++ran, loop.stop(); });
  loop.run();
  CHECK(ran == 2);
}

}  // namespace godwit::net
