#include "clients/terminal/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace godwit::chat {

Mailbox::Mailbox() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::runtime_error("eventfd failed");
}
Mailbox::~Mailbox() { ::close(fd_); }

void Mailbox::post(Job job) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return closed_ || jobs_.size() < kMost; });
  if (closed_) return;
  jobs_.push_back(std::move(job));
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

bool Mailbox::run() {
  std::deque<Job> jobs;
  {
    const std::lock_guard lock(mutex_);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(fd_, &count, sizeof count);
    jobs.swap(jobs_);
    room_.notify_all();
  }
  for (auto& job : jobs) job();
  return !jobs.empty();
}

void Mailbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  jobs_.clear();
  room_.notify_all();
}

}  // namespace godwit::chat
