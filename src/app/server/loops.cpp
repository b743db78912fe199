#include "app/server/loops.hpp"

#include <pthread.h>

#include <string>

namespace godwit::app {

Loops::Loops(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    loops_.push_back(std::make_unique<net::EventLoop>("loop-" + std::to_string(i), i));
}

Loops::~Loops() { stop(); }

void Loops::start() {
  for (auto& loop : loops_) {
    threads_.emplace_back([l = loop.get()] {
      pthread_setname_np(pthread_self(), ("loop-" + std::to_string(l->index())).c_str());
      l->run();
    });
  }
}

void Loops::stop() {
  for (auto& loop : loops_) loop->stop();
  threads_.clear();
}

std::vector<net::EventLoop*> Loops::all() {
  std::vector<net::EventLoop*> out;
  for (auto& loop : loops_) out.push_back(loop.get());
  return out;
}

}  // namespace godwit::app
