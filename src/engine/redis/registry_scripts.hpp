#pragma once
#include "engine/redis/command.hpp"

namespace godwit::redis {

/// The registry's verbs. All of its keys lie in one slot, so that each verb is one step.
///   head     hash    epoch, last, run of the changes (log_script.hpp); given: the last epoch of a node or a socket
///   stream   stream  the changes: k (c came, w went, t taken), u user; s session, e epoch, h holder
///   nodes    hash    name → "epoch until sockets draining"
///   places   hash    session → "epoch life user node"; `life`: the epoch of the node that holds it
///   held     sorted set, by name: "life session"
///   sockets  hash    user → how many
///   absent   sorted set: users whose last socket went, by when
///   dying    set     lives that are over and still hold sockets, which every verb takes some of
/// Arguments of all: 1 time, 2 lease, 3 absence, 4 changes that are kept, 5 and 6 the greatest epochs that the caller
/// has seen, of changes and of sockets; then the verb's own.
struct RegistryScripts {
  Script join;       ///< name → epoch
  Script renew;      ///< name, epoch, sockets, draining → 1; 0: not its life any more
  Script enter;      ///< name, epoch, (session, user, epoch) … → epochs; nil as above
  Script leave;      ///< session, epoch
  Script nodes;      ///< → (name, "epoch until sockets draining") …
  Script standings;  ///< user … → {epoch, number, (sockets, online) …}
  Script changes;    ///< epoch, number, page → as log_after
  RegistryScripts();
};

}  // namespace godwit::redis
