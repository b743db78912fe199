#pragma once
#include <chrono>
#include <string_view>

// Every call between roles. A deadline holds for the call with all its tries. What a role asks for while it answers has
// deadlines that fit into its own caller's (forward > publish > number > reads), and is not waited for any longer than
// what is left of that.
namespace godwit::rpc {

struct Method {
  std::string_view path;  ///< as gRPC has it: proto/godwit/…
  std::chrono::milliseconds deadline;
  /// Whether it may be carried out twice: it reads, or it knows its repeats. Then it is tried a second time where the
  /// first broke off.
  bool repeatable = false;
  /// Its answer is short (a few KiB, 4 MiB at most): it may share a message with other calls.
  bool is_short = false;
};

using std::chrono_literals::operator""ms;

inline constexpr Method kProve{"/godwit.rpc.v1.Handshake/Prove", 2000ms, true};

namespace users {
inline constexpr Method kAuthenticate{"/godwit.user.v1.UserService/Authenticate", 3000ms, true, true},
    kProveAgain{"/godwit.user.v1.UserService/ProveAgain", 3000ms, true, true},
    kAuthenticateService{"/godwit.user.v1.UserService/AuthenticateService", 3000ms, true},
    kIsAdmin{"/godwit.user.v1.UserService/IsAdmin", 3000ms, true, true},
    kRecordDeed{"/godwit.user.v1.UserService/RecordDeed", 5000ms},
    kSeen{"/godwit.user.v1.UserService/Seen", 2000ms, true, true},
    kRelation{"/godwit.user.v1.UserService/Relation", 3000ms, true, true},
    kAwakeFriends{"/godwit.user.v1.UserService/AwakeFriends", 3000ms, true},
    kGetRoster{"/godwit.user.v1.UserService/GetRoster", 3000ms, true},
    kUserCards{"/godwit.user.v1.UserService/UserCards", 3000ms, true},
    kGroupCards{"/godwit.user.v1.UserService/GroupCards", 3000ms, true},
    kUsersAfter{"/godwit.user.v1.UserService/UsersAfter", 5000ms, true};
}  // namespace users

namespace dispatchers {
inline constexpr Method kPublish{"/godwit.dispatch.v1.DispatchService/Publish", 8000ms, true, true},
    kAnnounceRead{"/godwit.dispatch.v1.DispatchService/AnnounceRead", 3000ms, false, true},
    kAnnounceTyping{"/godwit.dispatch.v1.DispatchService/AnnounceTyping", 3000ms, false, true};
}  // namespace dispatchers

namespace inboxes {
inline constexpr Method kAdoptDevice{"/godwit.offline.v1.OfflineService/AdoptDevice", 4000ms, true, true},
    kKnowsDevice{"/godwit.offline.v1.OfflineService/KnowsDevice", 4000ms, true, true},
    kAcknowledge{"/godwit.offline.v1.OfflineService/Acknowledge", 4000ms, true, true},
    kRanges{"/godwit.offline.v1.OfflineService/Ranges", 4000ms, true},
    kReaders{"/godwit.offline.v1.OfflineService/Readers", 4000ms, true},
    kTail{"/godwit.offline.v1.OfflineService/Tail", 4000ms, true};
}  // namespace inboxes

namespace archives {
inline constexpr Method kFind{"/godwit.archive.v1.ArchiveService/Find", 4000ms, true},
    kLastUpTo{"/godwit.archive.v1.ArchiveService/LastUpTo", 4000ms, true},
    kCountChat{"/godwit.archive.v1.ArchiveService/CountChat", 4000ms, true};
}  // namespace archives

namespace sequencers {
inline constexpr Method kNumber{"/godwit.sequencer.v1.SequencerService/Number", 4000ms, true, true},
    kCommitted{"/godwit.sequencer.v1.SequencerService/Committed", 1000ms, true, true},
    kTail{"/godwit.sequencer.v1.SequencerService/Tail", 3000ms, true};
}  // namespace sequencers

namespace reports {
inline constexpr Method kTell{"/godwit.process.v1.ProcessService/Tell", 1000ms, true};
}  // namespace reports

namespace calls {
/// What only reads, and what does not.
inline constexpr std::string_view kForwardPath = "/godwit.gateway.v1.CallService/Forward";
inline constexpr Method kForwardRead{kForwardPath, 12'000ms, true}, kForward{kForwardPath, 12'000ms, false, true};
}  // namespace calls

}  // namespace godwit::rpc
