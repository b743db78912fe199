#include "link/link_door.hpp"

#include <unistd.h>

#include <algorithm>

namespace godwit::link {

LinkDoor::LinkDoor(NodeEnd& end, const std::vector<net::EventLoop*>& loops, std::string node, WireSettings settings,
                   Log& log)
    : end_(end), loops_(loops), node_(std::move(node)), settings_(settings), log_(log), places_(loops.size()) {
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    loops_[i]->call([this, i] {
      places_[i].host = std::make_unique<net::ChannelHost>(*loops_[i], channel_settings(settings_, false));
    });
  }
}

LinkDoor::~LinkDoor() {
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    loops_[i]->call([this, i] {
      for (auto& [raw, link] : places_[i].links) link->drop();
      places_[i].host.reset();
    });
  }
}

void LinkDoor::enter(net::internal::Visitor visitor) {
  auto& socket = visitor.socket;
  if (links_.fetch_add(1, std::memory_order_relaxed) >= kMost) {
    links_.fetch_sub(1, std::memory_order_relaxed);
    log_.warn("link_refused", {{"dispatcher", visitor.dialler}, {"most", kMost}});
    ::close(socket.fd);
    return;
  }
  auto* const loop = socket.loop;
  auto& place = places_[static_cast<std::size_t>(std::ranges::find(loops_, loop) - loops_.begin())];
  log_.info("link_opened", {{"dispatcher", visitor.dialler}});
  auto link = std::make_shared<NodeWireLink>(end_, node_, std::move(visitor.dialler), *loop, settings_);
  place.links.emplace(link.get(), link);
  end_.opened(link);  // before it is heard
  link->open(*place.host, std::move(socket), [this, &place, raw = link.get()] {
    log_.info("link_ended", {{"dispatcher", raw->dispatcher()}});
    place.links.erase(raw);
    links_.fetch_sub(1, std::memory_order_relaxed);
  });
}

}  // namespace godwit::link
