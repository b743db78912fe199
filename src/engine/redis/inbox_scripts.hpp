#pragma once
#include "engine/redis/command.hpp"

/// What the inbox changes as one, each within one slot.
namespace godwit::redis::inbox_scripts {

/// Entries, head, stays and recalls of one conversation.
///   keys: log head recalled stays
///   arguments, in any number and order:
///     "e" seq time member chat   an entry; chat "1": it can be recalled
///     "r" seq                    the entry of this number is recalled
///     "s" user stay              a reader's joining or leaving
///   answers: how many entries are new; then in pairs: seq, the entry as it stands ("" where it is yet to come): it is
///   to be put without its text.
[[nodiscard]] const Script& put();

/// keys: log head · arguments: seq member: the entry as it is from now on, unless it expired.
[[nodiscard]] const Script& replace();

/// A user's stays. keys: stays · arguments, in pairs after it: conversation stay.
[[nodiscard]] const Script& add_stays();

/// keys: log · arguments: lowest, highest (as ZRANGEBYSCORE has them), since, limit, newest ("1"), bytes
/// answers: older more entry...; the newest first where the newest are asked for.
[[nodiscard]] const Script& read();

/// keys: log head recalled · arguments: before, most
/// answers: how many entries went, the least time of those that may go later ("": there are none).
[[nodiscard]] const Script& expire();

/// keys: position hash · arguments: field seq: forward only. Answers: where it is now, whether it moved.
[[nodiscard]] const Script& move();

/// A device of a user, adopted where it is not known, and how far it is.
///   keys: devices adoptions furthest own · arguments: device, again ("1": a known one counts as adopted anew), most
///   devices; then in pairs: conversation seq.
///   answers: the device that is forgotten for it; "": none.
[[nodiscard]] const Script& device();

}  // namespace godwit::redis::inbox_scripts
