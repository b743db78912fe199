#include "net/loop/event_loop.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <latch>
#include <mutex>
#include <new>
#include <span>
#include <system_error>
#include <vector>

namespace godwit::net {
namespace {

thread_local EventLoop* current_loop = nullptr;

struct Timer {
  EventLoop::TimePoint when;
  std::uint64_t order;  ///< timers of one instant run in the order they were set
  Executor::Job job;
};

struct Later {
  bool operator()(const Timer& a, const Timer& b) const noexcept {
    return a.when != b.when ? a.when > b.when : a.order > b.order;
  }
};

/// Memory that runs out ends the job that asked for it, and not the loop: what it did for one connection or one push is
/// lost, and clients resume.
template <class Act>
void unless_out_of_memory(Act&& act) {
  try {
    act();
  } catch (const std::bad_alloc&) {
  }
}

void run_all(std::vector<Executor::Job>& jobs) {
  for (auto& job : jobs) unless_out_of_memory(job);
  jobs.clear();
}

}  // namespace

struct EventLoop::Impl {
  explicit Impl(std::string thread_name) : name(std::move(thread_name)) {
    epoll_fd = ::epoll_create1(EPOLL_CLOEXEC);
    wake_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    // Edge-triggered: each write is one event, and the counter never needs to be read.
    epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.ptr = nullptr}};
    if (epoll_fd < 0 || wake_fd < 0 || ::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd, &event) != 0) {
      throw std::system_error(errno, std::system_category(), "event loop");
    }
  }
  ~Impl() {
    ::close(epoll_fd);
    ::close(wake_fd);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void wake() const noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_fd, &one, sizeof one);
  }

  /// False where the loop does not run and `only_running` is set; the job is then untouched.
  bool enqueue(Job& job, bool only_running) {
    bool must_wake = false;
    {
      const std::lock_guard lock(mutex);
      if (only_running && !running) return false;
      posted.push_back(std::move(job));
      must_wake = std::exchange(sleeping, false);
    }
    if (must_wake) wake();
    return true;
  }

  void add_timer(TimePoint when, Job job) {
    timers.push_back({when, next_order++, std::move(job)});
    std::ranges::push_heap(timers, Later{});
  }

  /// How long epoll may block: 0 while there is something to do. From here on other threads must wake us.
  int prepare_to_sleep() {
    if (!local.empty() || !ends.empty()) return 0;
    int timeout = -1;
    if (!timers.empty()) {
      const auto left = timers.front().when - std::chrono::steady_clock::now();
      const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
      timeout = static_cast<int>(std::clamp<std::int64_t>(ms, 0, 60'000));
    }
    const std::lock_guard lock(mutex);
    if (!posted.empty() || stopping) return 0;
    sleeping = timeout != 0;
    return timeout;
  }

  void dispatch_events(int timeout) {
    const int found = ::epoll_wait(epoll_fd, events.data(), static_cast<int>(events.size()), timeout);
    now = std::chrono::steady_clock::now();
    pending = std::span(events).first(static_cast<std::size_t>(std::max(found, 0)));
    while (!pending.empty()) {
      const epoll_event event = pending.front();
      pending = pending.subspan(1);
      if (event.data.ptr == nullptr) continue;
      unless_out_of_memory([&event] {
        static_cast<Readiness*>(event.data.ptr)
            ->on_ready((event.events & EPOLLIN) != 0, (event.events & EPOLLOUT) != 0,
                       (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
      });
    }
  }

  void run_timers() {
    while (!timers.empty() && timers.front().when <= now) {
      std::ranges::pop_heap(timers, Later{});
      Job job = std::move(timers.back().job);
      timers.pop_back();
      unless_out_of_memory(job);
    }
  }

  /// What was posted up to now; what these jobs post runs in the next round, so that sockets get their turn.
  void run_posted() {
    std::swap(batch, local);
    run_all(batch);
    {
      const std::lock_guard lock(mutex);
      sleeping = false;
      std::swap(batch, posted);
    }
    run_all(batch);
  }

  void run_ends() {
    while (!ends.empty()) {
      std::swap(batch, ends);
      run_all(batch);
    }
  }

  void drop_events_of(const Readiness& watcher) noexcept {
    for (auto& event : pending) {
      if (event.data.ptr == &watcher) event.data.ptr = nullptr;
    }
  }

  std::string name;
  int in_hand = -1;  ///< the descriptor that is being handed over, still watched for its old owner
  int epoll_fd = -1;
  int wake_fd = -1;

  std::mutex mutex;
  std::vector<Job> posted;  ///< by other threads; with the three below guarded by `mutex`
  bool sleeping = false;
  bool running = false;
  bool stopping = false;

  std::vector<Job> local;  ///< posted by the loop's own thread
  std::vector<Job> ends;
  std::vector<Job> batch;
  std::vector<Timer> timers;
  std::uint64_t next_order = 0;
  TimePoint now = std::chrono::steady_clock::now();
  std::array<epoll_event, 512> events{};
  std::span<epoll_event> pending{};  ///< collected and not dispatched yet
};

EventLoop::EventLoop(std::string name, std::size_t index)
    : index_(index), impl_(std::make_unique<Impl>(std::move(name))) {}
EventLoop::~EventLoop() = default;

void EventLoop::post(Job job) {
  if (current_loop == this) {
    impl_->local.push_back(std::move(job));
  } else {
    impl_->enqueue(job, false);
  }
}

void EventLoop::post_after(std::chrono::milliseconds delay, Job job) {
  const auto when = std::chrono::steady_clock::now() + delay;
  if (current_loop == this) {
    impl_->add_timer(when, std::move(job));
  } else {
    post([this, when, job = std::move(job)]() mutable { impl_->add_timer(when, std::move(job)); });
  }
}

void EventLoop::call(Job job) {
  if (current_loop == this) return job();
  const auto done = std::make_shared<std::latch>(1);  // shared: the loop may still be leaving count_down when we return
  Job wrapped = [&job, done] {
    job();
    done->count_down();
  };
  if (impl_->enqueue(wrapped, true)) {
    done->wait();
  } else {
    job();
  }
}

void EventLoop::run() {
  auto& self = *impl_;
  Executor* const outer_executor = Executor::current();
  EventLoop* const outer_loop = std::exchange(current_loop, this);
  set_current(this);
  ::pthread_setname_np(::pthread_self(), self.name.substr(0, 15).c_str());
  {
    const std::lock_guard lock(self.mutex);
    self.running = true;
  }
  for (bool more = true; more;) {
    self.dispatch_events(self.prepare_to_sleep());
    self.run_timers();
    self.run_posted();
    self.run_ends();
    const std::lock_guard lock(self.mutex);
    // Whoever saw `running` has its job run: the last look at `posted` and the end are one step.
    more = !self.stopping || !self.posted.empty() || !self.local.empty();
    if (!more) self.running = self.stopping = false;
  }
  set_current(outer_executor);
  current_loop = outer_loop;
}

void EventLoop::stop() {
  bool must_wake = false;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    must_wake = std::exchange(impl_->sleeping, false);
  }
  if (must_wake) impl_->wake();
}

bool EventLoop::watch(int fd, Readiness& watcher) {
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &watcher}};
  if (fd == impl_->in_hand) {
    impl_->in_hand = -1;
    if (::epoll_ctl(impl_->epoll_fd, EPOLL_CTL_MOD, fd, &event) == 0) return true;
    // It was closed meanwhile, and this is another of the same number.
  }
  return ::epoll_ctl(impl_->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::unwatch(int fd, Readiness& watcher) {
  ::epoll_ctl(impl_->epoll_fd, EPOLL_CTL_DEL, fd, nullptr);
  impl_->drop_events_of(watcher);
}

void EventLoop::unwatch_and_close(int fd, Readiness& watcher) {
  impl_->drop_events_of(watcher);
  ::close(fd);  // epoll forgets it with that (epoll(7))
}

void EventLoop::hand_over(int fd, Readiness& watcher, Job next) {
  impl_->drop_events_of(watcher);
  const int outer = std::exchange(impl_->in_hand, fd);
  next();
  // Nobody took the watch; where the descriptor is closed by now, the kernel has forgotten it already.
  if (std::exchange(impl_->in_hand, outer) == fd) ::epoll_ctl(impl_->epoll_fd, EPOLL_CTL_DEL, fd, nullptr);
}

void EventLoop::at_end_of_wakeup(Job job) { impl_->ends.push_back(std::move(job)); }

EventLoop::TimePoint EventLoop::now() const noexcept { return impl_->now; }

EventLoop* EventLoop::current() noexcept { return current_loop; }

}  // namespace godwit::net
