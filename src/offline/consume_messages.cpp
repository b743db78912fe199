#include "offline/role.hpp"

namespace godwit::offline {

void OfflineRole::consume() {
  // The entry is written before anybody can ask for it: every read awaits this handler (Bus::settled). So a message
  // that a device is not pushed because its socket was not registered yet is in the inbox that it pulls after
  // registering.
  bus_.consume(dispatch::Topic::offline,
               [this](std::span<const MessagePtr> messages) { return timeline_.put(messages); });
}

}  // namespace godwit::offline
