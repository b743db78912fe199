#pragma once
#include <memory>
#include <thread>
#include <vector>

#include "net/loop/event_loop.hpp"

namespace godwit::app {

/// The event loops of the process, one thread each.
class Loops {
 public:
  explicit Loops(std::size_t count);
  ~Loops();  ///< stops and joins

  void start();
  void stop();
  [[nodiscard]] std::size_t size() const noexcept { return loops_.size(); }
  [[nodiscard]] net::EventLoop& at(std::size_t i) { return *loops_.at(i); }
  [[nodiscard]] std::vector<net::EventLoop*> all();

 private:
  std::vector<std::unique_ptr<net::EventLoop>> loops_;
  std::vector<std::jthread> threads_;
};

}  // namespace godwit::app
