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

/// keys: log head · arguments: lowest, highest (as ZRANGEBYSCORE has them), since, limit, newest ("1"), bytes, "1":
/// nothing where the conversation is not whole
/// answers: older (-1: it is not whole) more entry...; the newest first where the newest are asked for.
[[nodiscard]] const Script& read();

/// keys: log head recalled · arguments: before, most
/// answers: how many entries went, the least time of those that may go later ("": there are none).
[[nodiscard]] const Script& expire();

/// keys: position hash, whole · arguments: field seq: forward only; "1": not where `whole` is not there. Answers: where
/// it is now, whether it moved; -1: it was not tried.
[[nodiscard]] const Script& move();

/// A device of a user, adopted where it is not known, and how far it is.
///   keys: devices adoptions furthest own whole · arguments: device, again ("1": a known one counts as adopted anew),
///   most devices, "1": nothing where `whole` is not there; then in pairs: conversation seq.
///   answers: 0: nothing was done; the device that is forgotten for it; "": none.
[[nodiscard]] const Script& device();

/// Begins a filling, before what is known elsewhere is read. keys: head · arguments: a token that nobody ever gave
/// before. Answers: its name; that of the one under way; or of the run, where the conversation is whole. The name lies
/// beside what is filled: where that is lost it is, too.
[[nodiscard]] const Script& begin_conversation();
/// The same of a user. keys: whole.
[[nodiscard]] const Script& begin_user();

/// What is known of a conversation elsewhere.
///   keys: log head stays · arguments: seq and time of the head, floor, the filling's name; then in pairs: user stay.
///   No entry that is there is hidden by the floor. From now on the conversation is whole. Answers: 0: the filling's
///   name is not there any more, or this is another run: nothing was done.
[[nodiscard]] const Script& refill_head();

/// Who reads. keys: head stays log · arguments: "1": nothing where the conversation is not whole; "1": holes are looked
/// for. Answers: seq (-1: it is not whole); all stays, in pairs; holes, as of head.
[[nodiscard]] const Script& readers();

/// keys: head log · arguments: "1": holes are looked for. Answers: seq time floor; the run, nothing where the
/// conversation was not made whole in this one; 1: there are holes: a number below the head has no entry (yet), so
/// stays may be missing that the head is beyond.
[[nodiscard]] const Script& head();

/// Of a user. keys: whole · answers: 1: made whole in this run.
[[nodiscard]] const Script& whole();
/// keys: whole · arguments: the filling's name. Answers: 0, as of refill_head.
[[nodiscard]] const Script& make_whole();

/// Positions that are known elsewhere, forward only.
///   keys: position hash, devices, adoptions · arguments: the device whose they are, adopted where it is not known ("":
///   nobody's); then in pairs: conversation seq.
[[nodiscard]] const Script& refill_positions();

}  // namespace godwit::redis::inbox_scripts
