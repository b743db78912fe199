#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "link/wire_link.hpp"
#include "net/internal/dial.hpp"
#include "service/node_list.hpp"

namespace godwit::link {

/// The dispatcher's side: keeps one link to each node of the list. What ends is dialled again, for ever, first after
/// `back_off`, then after twice as long, at most after `most_back_off`; a second of standing begins anew. Whoever is
/// not on the list any more is cut. All links live on one loop; what is sent is encoded on the sender's thread.
class LinkDialler {
 public:
  struct Settings {
    std::string dispatcher;  ///< the name: new with each start
    WireSettings wire{};
    std::chrono::milliseconds look{1'000};  ///< how often the list is read
    std::chrono::milliseconds back_off{20};
    std::chrono::milliseconds most_back_off{1'000};
  };
  /// All outlive it.
  LinkDialler(net::EventLoop& loop, DispatcherEnd& end, const discovery::NodeList& nodes,
              const net::internal::Phone& phone, Settings settings, Log& log);
  /// Any thread, while the loop runs or when it has stopped. Drops the links; nobody is told.
  ~LinkDialler();

  /// Any thread; each once.
  void start();
  /// Cuts the links, and dials no more.
  void stop();
  /// That stand now. Any thread.
  [[nodiscard]] std::size_t links() const noexcept;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace godwit::link
