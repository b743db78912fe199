// What comes over a link: whatever the bytes are, they are messages or an error, within the bounds; and messages that
// were read are written and read again as the same. Input: a byte for the end (odd: the node's), then one binary
// message.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "link/wire.hpp"

namespace {

using namespace godwit;
using namespace godwit::link;

void demand(bool holds) {
  if (!holds) std::abort();
}

bool same(const Push& a, const Push& b) {
  return a.user == b.user && (a.users == nullptr) == (b.users == nullptr) && (!a.users || *a.users == *b.users) &&
         a.skip_user == b.skip_user && a.skip_device == b.skip_device && a.frame.payload() == b.frame.payload() &&
         a.frame.first() == b.frame.first();
}

void at_node(std::string_view bytes) {
  NodeWire node;
  DispatcherWire dispatcher;
  std::string said;
  node.encode(Snapshot{.users = {UserKey("ann"), UserKey("bob"), UserKey("cas")}, .pushed = 1}, said);
  node.encode(Gone{.user = UserKey("bob")}, said);
  demand(dispatcher.decode(said).has_value());
  const auto messages = node.decode(bytes);
  if (!messages) return;
  std::string again;
  for (const auto& message : *messages) dispatcher.encode(message, again);
  const auto repeated = node.decode(again);
  demand(repeated.has_value() && repeated->size() == messages->size());
  for (std::size_t i = 0; i < messages->size(); ++i) {
    demand(messages->at(i).index() == repeated->at(i).index());
    const auto* one = std::get_if<Pushed>(&messages->at(i));
    if (one == nullptr) continue;
    const auto& other = std::get<Pushed>(repeated->at(i));
    demand(one->number == other.number && one->batch->size() == other.batch->size());
    for (std::size_t p = 0; p < one->batch->size(); ++p) demand(same(one->batch->at(p), other.batch->at(p)));
  }
}

void at_dispatcher(std::string_view bytes) {
  DispatcherWire dispatcher, other;
  NodeWire node;
  const auto messages = dispatcher.decode(bytes);
  if (!messages) return;
  std::string again;
  for (const auto& message : *messages) node.encode(message, again);
  const auto repeated = other.decode(again);
  demand(repeated.has_value() && repeated->size() <= messages->size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] % 2 == 1)
    at_node(bytes);
  else
    at_dispatcher(bytes);
  return 0;
}
